/** Parley's services, built once and from the ground up, and how they start and stop. */
import { join } from "node:path";
import { type Database, DatabaseError } from "../db/database.ts";
import { DirectoryTable } from "../db/directory.ts";
import { Events } from "../db/events.ts";
import { MessageSearch } from "../db/message_search.ts";
import { MigratedDatabase } from "../db/migrate.ts";
import { openDatabase } from "../db/open.ts";
import { Administration } from "./administration.ts";
import { Archiver } from "./archive/archiver.ts";
import { AccessTokens } from "./auth/access_tokens.ts";
import { Bots } from "./auth/bots.ts";
import { Identities } from "./auth/identities.ts";
import { jwtSecret } from "./auth/jwt_secret.ts";
import { LoginGuard } from "./auth/login_guard.ts";
import { Passkeys } from "./auth/passkeys.ts";
import { Passwords } from "./auth/passwords.ts";
import { PersonalTokens } from "./auth/personal_tokens.ts";
import { Security } from "./auth/security.ts";
import { Sessions } from "./auth/sessions.ts";
import type { Config } from "./config.ts";
import { lockDataDir, StartError } from "./data_dir.ts";
import { AuditLog } from "./directory/audit.ts";
import { Copies } from "./directory/copies.ts";
import { Invites } from "./directory/invites.ts";
import { NotifyLevels } from "./directory/notify_levels.ts";
import { People } from "./directory/people.ts";
import { Profiles } from "./directory/profiles.ts";
import { ReadMarks } from "./directory/read_marks.ts";
import { LOBBY, RoomDirectory } from "./directory/rooms.ts";
import { Settings } from "./directory/settings.ts";
import { Users } from "./directory/users.ts";
import { Webhooks } from "./directory/webhooks.ts";
import { asName } from "./directory/profile.ts";
import { mayEnter } from "./directory/room_record.ts";
import { Couriers } from "./hooks/couriers.ts";
import { Subscriptions } from "./hooks/subscriptions.ts";
import { KvJournal } from "./journal/kv_journal.ts";
import { openKv } from "./journal/open_kv.ts";
import { type Log, reason } from "./log.ts";
import { Membership } from "./membership.ts";
import { Metrics } from "./metrics.ts";
import { Pages } from "./pages.ts";
import { frameParser } from "./protocol/client_frames.ts";
import { ProtocolError } from "./protocol/errors.ts";
import type { Receipt } from "./protocol/event.ts";
import type { User } from "./protocol/server_frames.ts";
import type { Draft } from "./room/draft.ts";
import { Rooms } from "./room/rooms.ts";
import { cacheRecords } from "./record_cache.ts";
import { Search } from "./search.ts";
import { Connections } from "./session/connections.ts";
import { RateLimit } from "./session/rate_limit.ts";
import { Egress } from "./session/egress.ts";
import { Session, type SessionParts } from "./session/session.ts";
import type { Transport } from "./session/transport.ts";
import { Unread } from "./unread.ts";
import { Uploads } from "./uploads/uploads.ts";
import type { Signal } from "./transport/udp.ts";
import { within } from "./within.ts";

/** How long a stop may wait for libSQL to take what is left, in milliseconds. */
const STOP_FLUSH_MS = 5000;
/** Other commands that one connection may send for each message that a user may. */
const COMMANDS_PER_MESSAGE = 5;
/** Steps of signing in by passkeys that one address may take. */
const PASSKEYS_PER_SECOND = 5;
/** How long the start waits for libSQL, in milliseconds. */
const START_PATIENCE_MS = 3000;

/** What pages and connections use, and the end of it. */
export interface Parley {
  readonly config: Config;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly pages: Pages;
  readonly search: Search;
  readonly identities: Identities;
  readonly security: Security;
  readonly users: Users;
  readonly people: People;
  readonly profiles: Profiles;
  readonly rooms: RoomDirectory;
  readonly invites: Invites;
  readonly webhooks: Webhooks;
  readonly subscriptions: Subscriptions;
  readonly couriers: Couriers;
  readonly membership: Membership;
  readonly administration: Administration;
  /** How often each user may send messages. */
  readonly rateLimit: RateLimit;
  /** Opens a session for a new connection. */
  connect(transport: Transport, user: User | undefined): Session;
  /**
   * Sends or changes a message without a connection: through the same room, journal and limits.
   * Resolves when it is on disk.
   *
   * @throws {ProtocolError} `not_found`, `forbidden`, `rate_limited`, `save_failed`, `overloaded`
   */
  say(roomId: number, draft: Draft): Promise<Receipt>;
  /** Does what a datagram asks for; false when whoever sent it may not. */
  signal(signal: Signal): Promise<boolean>;
  /** Why the server is not ready, one line a reason; empty when it is. */
  troubles(): Promise<string[]>;
  /** Ends everything in order: what was acknowledged is on disk, and archived if that can be. */
  stop(): Promise<void>;
}

/**
 * Builds the services. When it returns, everything acknowledged before the last stop is served.
 *
 * @throws {StartError} with one line for the person who starts the server
 */
export async function openParley(config: Config, log: Log): Promise<Parley> {
  const { recentEvents, flushMessages, flushMs } = config;
  const metrics = new Metrics();

  // The stores.
  const lock = config.keepsFiles ? await lockDataDir(config.dataDir) : undefined;
  const store = await openKv(config.kvUrl);
  const kv = config.sharesKv ? store : cacheRecords(store);
  const { database, reachable } = await openArchive(config, log);

  // The path of a message, from the disk up.
  const events = new Events(
    database,
    (roomId, seq) =>
      log.error("an archived message is damaged: a notice is shown", { roomId, seq }),
  );
  const archiver = new Archiver({ events, metrics, log, flushMessages, flushMs });
  const egress = new Egress();
  const journal = new KvJournal(store, metrics, log, () => egress.drained());
  const now = Date.now;
  const rooms = new RoomDirectory(kv);
  const liveRooms = new Rooms({
    journal,
    archiver,
    events,
    metrics,
    log,
    isArchived: (roomId) => rooms.isArchived(roomId),
    recentEvents,
    now,
  });

  // Who is who, and which rooms there are.
  const connections = new Connections();
  const sessions = new Sessions(kv);
  const passkeys = new Passkeys(kv);
  const settings = new Settings(kv, config.allowRegistration);
  const audit = new AuditLog(kv);
  const users = new Users(kv, {
    isOnline: (userId) => connections.isOnline(userId),
    hasSession: (userId) => sessions.hasAny(userId),
  });
  const accessTokens = new AccessTokens(await jwtSecret(config.jwtSecret, config.dataDir));
  const personalTokens = new PersonalTokens(kv);
  const bots = new Bots(kv, users, personalTokens);
  const passwords = new Passwords();
  const guard = new LoginGuard();
  const security = new Security({
    users,
    sessions,
    passwords,
    guard,
    accessTokens,
    personalTokens,
    bots,
    passwordless: passkeys,
    connections,
  });
  const identities = new Identities({
    users,
    sessions,
    accessTokens,
    personalTokens,
    passwords,
    guard,
    passkeys,
    passkeyLimit: new RateLimit(PASSKEYS_PER_SECOND),
    connections,
    allowGuests: config.allowGuests,
    registrationOpen: () => settings.registrationOpen(),
  });
  const readMarks = new ReadMarks(kv, log);
  const levels = new NotifyLevels(kv);
  const webhooks = new Webhooks(kv);
  const subscriptions = new Subscriptions(kv);
  const copies = new Copies(kv, new DirectoryTable(database), {
    users,
    rooms,
    async purge(roomId) {
      await couriers.removeAll(roomId);
      await webhooks.removeAll(roomId);
      await liveRooms.discard(roomId);
      await events.purge(roomId);
    },
  }, log);
  const administration = new Administration({
    users,
    sessions,
    bots,
    settings,
    connections,
    audit,
    now,
  });
  const invites = new Invites(kv, rooms);
  const membership = new Membership({
    directory: rooms,
    users,
    readMarks,
    levels,
    webhooks,
    invites,
    bots,
    rooms: liveRooms,
    connections,
    isAdministrator: (userId) => administration.is(userId),
    audit,
    now,
  });

  const people = new People(kv, users);
  const rateLimit = new RateLimit(config.messagesPerSecond);
  const profiles = new Profiles({
    kv,
    users,
    uploads: config.keepsFiles ? await openUploads(config.dataDir) : undefined,
    // Others are told of a change, as they are of a message.
    limit: rateLimit,
    audience: connections,
  });
  const sessionParts: SessionParts = {
    egress,
    rooms: liveRooms,
    directory: rooms,
    readMarks,
    identities,
    people,
    connections,
    mayModerate: async (user, roomId) => (await membership.mayIn(user, roomId)).moderate,
    rateLimit,
    commandLimit: new RateLimit(config.messagesPerSecond * COMMANDS_PER_MESSAGE),
    metrics,
    log,
    parse: frameParser(config.maxTextLength),
  };

  const couriers = new Couriers(liveRooms, {
    subscriptions,
    log,
    allowPrivate: config.allowPrivateWebhooks,
  });
  const unread = new Unread(readMarks, levels, liveRooms, journal);
  const pages = new Pages({
    users,
    people,
    directory: rooms,
    rooms: liveRooms,
    readMarks,
    unread,
    recentEvents,
  });

  metrics.gauge("parley_connections", "Open connections", () => connections.size);
  metrics.gauge("parley_rooms_active", "Rooms in memory", () => liveRooms.size);
  metrics.gauge("parley_journal_events", "Events in the journal", () => journal.size);
  metrics.gauge("parley_heap_bytes", "JavaScript heap in use", () => Deno.memoryUsage().heapUsed);
  metrics.gauge("process_resident_memory_bytes", "Resident memory", () => Deno.memoryUsage().rss);
  // Of a room that is not recovered yet, one event at least.
  metrics.gauge(
    "parley_archive_pending",
    "Events not yet in libSQL",
    () => archiver.pending + liveRooms.unrecovered,
  );

  await written(config, async () => {
    await rooms.ensureLobby();
    await users.ensureFirstAccountKnown();
    await people.ensureIndex();
  });
  const recovered = await liveRooms.recover();
  if (recovered > 0) log.info("events from before the last stop are being archived", { recovered });
  if (reachable) await written(config, () => copies.flush());
  copies.start();
  await couriers.start();
  let stopping = false;

  return {
    config,
    log,
    metrics,
    identities,
    security,
    users,
    people,
    profiles,
    rooms,
    invites,
    webhooks,
    subscriptions,
    couriers,
    administration,
    membership,
    rateLimit,
    pages,
    search: new Search({
      index: new MessageSearch(database),
      events,
      directory: rooms,
      rooms: liveRooms,
    }),
    connect: (transport, user) => new Session(transport, sessionParts, user),

    async say(roomId, draft) {
      if (stopping) throw new ProtocolError("overloaded", "The server restarts. Try again soon.");
      const { user } = draft;
      await pages.info(user, roomId);
      const retryAfter = rateLimit.take(user.id);
      if (retryAfter > 0) throw new ProtocolError("rate_limited", undefined, retryAfter);
      const room = await liveRooms.wake(roomId);
      const target = await room.reach(draft);
      return await new Promise((resolve, reject) =>
        room.post(
          draft,
          (outcome) => outcome instanceof ProtocolError ? reject(outcome) : resolve(outcome),
          target,
        )
      );
    },

    async signal(signal) {
      const user = await identities.byToken(signal.token);
      if (user === undefined) return false;
      if (signal.type === "status") {
        const { status, text } = signal;
        connections.tellRooms(user, (roomId) => ({ type: "status", roomId, user, status, text }));
        return true;
      }
      const { roomId } = signal;
      const record = await rooms.get(roomId);
      if (record === undefined || !mayEnter(record, user)) return false;
      liveRooms.get(roomId)?.tell({ type: "typing", roomId, user: asName(user) }, user);
      return true;
    },

    async troubles() {
      const checks = [
        store.get(["room", LOBBY]).then(() => "", (error) => `journal: ${reason(error)}`),
        database.read("SELECT 1").then(() => "", (error) => `archive: ${reason(error)}`),
      ];
      return (await Promise.all(checks)).filter((trouble) => trouble !== "");
    },

    async stop() {
      stopping = true;
      couriers.stop();
      // Only then there is an end to what the journal has to do.
      connections.ignore();
      await journal.idle();
      connections.shutDown();
      await liveRooms.stop();
      copies.stop();
      const flushed = Promise.all([archiver.flush(), copies.flush(), readMarks.flush()]);
      try {
        await within(STOP_FLUSH_MS, flushed);
      } catch (error) {
        log.error("the stop could not write everything down", { reason: reason(error) });
      }
      archiver.stop();
      if (archiver.pending > 0) {
        log.warn("libSQL did not take everything: the rest waits in the journal", {
          pending: archiver.pending,
        });
      }
      await journal.idle();
      await database.close();
      kv.close();
      lock?.[Symbol.dispose]();
    },
  };
}

/** What a first start writes down; there may be no room for it. */
async function written({ kvUrl }: Config, write: () => Promise<void>): Promise<void> {
  try {
    await write();
  } catch (error) {
    throw new StartError(`The journal ${kvUrl ?? ""} can't be written: ${reason(error)}`);
  }
}

async function openUploads(dataDir: string): Promise<Uploads> {
  const folder = join(dataDir, "uploads");
  try {
    return await Uploads.open(folder);
  } catch (error) {
    throw new StartError(`The folder ${folder} can't be used: ${reason(error)}`);
  }
}

/** The archive may be away, now or later: chat goes on, and it catches up. */
async function openArchive(
  config: Config,
  log: Log,
): Promise<{ database: Database; reachable: boolean }> {
  const { libsqlUrl: url, libsqlAuthToken: authToken } = config;
  const database = new MigratedDatabase(await openDatabase({ url, authToken }));
  const local = url.startsWith("file:");
  try {
    // A file is there, or it never will be; bringing a large one up to date takes its time.
    if (local) await database.ready();
    else if (!await within(START_PATIENCE_MS, database.ready().then(() => true))) {
      throw new DatabaseError(`no answer within ${START_PATIENCE_MS} ms`);
    }
    return { database, reachable: true };
  } catch (error) {
    if (!(error instanceof DatabaseError) || local) {
      throw new StartError(`The archive can't be used: ${reason(error)}`);
    }
    log.warn("libSQL does not answer: chat works from the journal, the archive catches up", {
      reason: reason(error),
    });
    return { database, reachable: false };
  }
}
