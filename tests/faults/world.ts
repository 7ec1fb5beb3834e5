/** A server, the people who talk on it whatever happens, and the judge who hears of everything. */
import { fileUrl } from "@/db/file_url.ts";
import { ask, guest } from "../api/ask.ts";
import { type Server, type ServerOptions, spawn, startServer } from "../parley.ts";
import { type Sqld, sqld } from "../sqld.ts";
import { pause, tempDir, until } from "../temp.ts";
import { ports } from "../transport/ports.ts";
import { Wire } from "../wire.ts";
import { dyingWords, type KillPoint } from "./kill_points.ts";
import { History } from "./history.ts";
import { byLines, bySocket, type Line } from "./line.ts";
import { listArchive, listRoom } from "./listings.ts";
import { Proxy } from "./proxy.ts";
import { Talker } from "./talker.ts";

/** How a round is set up. */
export interface WorldOptions {
  readonly random: () => number;
  readonly talkers?: number;
  readonly rooms?: number;
  /** The longest pause of a talker between an answer and its next message, in milliseconds. */
  readonly pauseMs?: number;
  /** Of the server, beside the defaults of tests. */
  readonly env?: Record<string, string>;
  /** Whether the archive is a libSQL server of its own, behind a network that may break. */
  readonly remoteArchive?: boolean;
  /** Where the server's folder is made; the system's own place for such when absent. */
  readonly within?: string;
}

/** A libSQL server, and the network before it. */
interface RemoteArchive {
  readonly sqld: Sqld;
  readonly network: Proxy;
}

/** One round. It ends with {@link settle}, which gives what was found to be wrong. */
export class World implements AsyncDisposable {
  readonly history: History;
  readonly talkers: Talker[] = [];
  readonly roomIds: number[] = [1];
  /** The network between every other talker and the server. */
  readonly network = new Proxy(() => this.#address);
  /** How often the server was killed. */
  kills = 0;
  readonly #bystanders = new DisposableStack();
  /** The same network's way to the gateway of lines. */
  readonly #lines = this.network.leadTo(() => this.#gateway);
  #slowReaders = 0;
  #address: URL | undefined;
  #gateway: URL | undefined;
  #server: Server | undefined;
  #up = Promise.withResolvers<Server>();
  #reader = "";

  private constructor(
    private readonly options: WorldOptions,
    private readonly dir: AsyncDisposable & { path: string },
    /** Undefined when the archive is the server's own file. */
    readonly archive: RemoteArchive | undefined,
  ) {
    this.history = new History(archive === undefined);
  }

  /** Starts the server and lets people come in and talk. */
  static async open(options: WorldOptions): Promise<World> {
    const archive = options.remoteArchive ? await openArchive() : undefined;
    const world = new World(options, await tempDir(options.within), archive);
    await world.start();
    await world.#invite(options.talkers ?? 20, options.rooms ?? 8);
    return world;
  }

  /** The folder of the server's files. */
  get dataDir(): string {
    return this.dir.path;
  }

  /** The server that runs now. */
  get server(): Server {
    if (this.#server === undefined) throw new Error("no server runs now");
    return this.#server;
  }

  /** Starts the server, which had been killed or stopped. */
  async start(options: ServerOptions = {}): Promise<void> {
    this.#server = await startServer(this.#serverOptions(options));
    this.#address = new URL(this.#server.url);
    this.#gateway = new URL(`http://127.0.0.1:${ports(this.#server).tcp}`);
    this.#up.resolve(this.#server);
  }

  /** Whether people can come in. */
  get isUp(): boolean {
    return this.#address !== undefined;
  }

  /** Starts the server so that it kills itself at a point of a message's path; waits until it did. */
  async dieAt(point: KillPoint, times = 1, env: Record<string, string> = {}): Promise<void> {
    await this.#dieAt(point, () => this.start({ ...dyingAt(point, times), env }));
  }

  /** The same with a point of the start: nobody comes in. */
  async dieStartingAt(point: KillPoint): Promise<void> {
    await this.#dieAt(point, async () => {
      this.#server = await startServer(this.#serverOptions(dyingAt(point)));
    });
  }

  /** The same with a point of a stop that is asked for while people talk. */
  async dieStoppingAt(point: KillPoint): Promise<void> {
    await this.#dieAt(point, async () => {
      await this.start(dyingAt(point));
      await this.progress(20);
      Deno.kill(this.server.pid, "SIGTERM");
    });
  }

  /** Kills the server: whatever it was doing, it has no time for another step. */
  async kill(): Promise<void> {
    this.#isDown();
    this.kills++;
    await this.server.kill();
  }

  /** Kills the server while it stops in order; 0 for a stop that came to its end. */
  async killWhileStopping(afterMs: number): Promise<void> {
    this.#isDown();
    this.kills++;
    const stopped = this.server.stop();
    await pause(afterMs);
    await this.server.kill();
    await stopped;
  }

  /** Starts the server and kills it so soon that it may not be ready yet. */
  async killWhileStarting(afterMs: number): Promise<void> {
    this.kills++;
    const process = spawn(this.#serverOptions({}));
    const output = process.output();
    await pause(afterMs);
    process.kill("SIGKILL");
    await output;
  }

  /** Stops the server in order. */
  async stop(): Promise<number> {
    this.#isDown();
    return await this.server.stop();
  }

  /** Lets somebody come in who takes one byte a second, until the round or the server ends. */
  async addSlowReader(): Promise<void> {
    const network = this.#bystanders.use(new Proxy(() => this.#address));
    const wire = this.#bystanders.use(await Wire.connect(network, { batch: true }));
    const username = `slow ${++this.#slowReaders}`;
    for (const roomId of this.roomIds) wire.send({ type: "join", roomId, username, after: 0 });
    network.bytesPerSecond = 1;
  }

  /** How many bytes any file of the server may have from now on: 0 is a full disk. */
  async limitFiles(bytes: number | "unlimited"): Promise<void> {
    const args = ["--pid", String(this.server.pid), `--fsize=${bytes}:`];
    const { success, stderr } = await new Deno.Command("prlimit", { args }).output();
    if (!success) throw new Error(new TextDecoder().decode(stderr));
  }

  /** Waits until so many more messages are acknowledged. */
  async progress(messages: number): Promise<void> {
    const goal = this.history.counts.acked + messages;
    try {
      await until(() => this.history.counts.acked >= goal);
    } catch (error) {
      const log = this.server.log().split("\n").slice(-10).join("\n");
      throw new Error(`${goal - this.history.counts.acked} acks never came; the log: ${log}`, {
        cause: error,
      });
    }
  }

  /**
   * Lets everyone finish, asks every door what it holds of every room, stops the server, and asks
   * libSQL itself. Gives what the judge objects to.
   */
  async settle(): Promise<readonly string[]> {
    const { history, talkers, roomIds } = this;
    for (const talker of talkers) talker.hush();
    try {
      await until(() => talkers.every(({ settled }) => settled));
      for (const roomId of roomIds) {
        const everyoneHeard = (head: number) =>
          until(() => talkers.every((talker) => talker.heard(roomId) >= head));
        await listRoom({
          history,
          server: this.server,
          token: this.#reader,
          roomId,
          everyoneHeard,
        });
      }
      for (const talker of talkers) talker.showAll();
    } catch (error) {
      history.object(`the end never came: ${error}`);
    }
    for (const talker of talkers) await talker.leave();
    await this.#archived();
    const code = await this.stop();
    if (code !== 0) history.object(`the server stopped with ${code}`);
    const url = this.archive?.sqld.url ?? fileUrl(`${this.dataDir}/archive.db`);
    await listArchive(history, url, roomIds);
    return history.judge();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const talker of this.talkers) await talker.leave();
    await this.#server?.[Symbol.asyncDispose]();
    this.#bystanders.dispose();
    this.network[Symbol.dispose]();
    this.archive?.network[Symbol.dispose]();
    await this.archive?.sqld[Symbol.asyncDispose]();
    await this.dir[Symbol.asyncDispose]();
  }

  #serverOptions({ env, ...options }: ServerOptions): ServerOptions {
    const libsql = this.archive && { LIBSQL_URL: this.archive.network.url };
    const defaults = { TCP_PORT: "0", ...libsql };
    return {
      ...options,
      dataDir: this.dataDir,
      env: { ...defaults, ...this.options.env, ...env },
    };
  }

  /** @param start resolves once nothing but time is needed for the server to pass the point */
  async #dieAt(point: KillPoint, start: () => Promise<void>): Promise<void> {
    if (this.isUp) await this.stop();
    this.kills++;
    let log: string;
    try {
      await start();
      await Promise.race([this.server.ended, pause(20_000)]);
      log = this.server.log();
    } catch (error) {
      // It passed the point before it was ready.
      log = String(error);
    }
    if (!log.includes(dyingWords(point))) this.history.object(`never passed: ${point}; ${log}`);
    this.#isDown();
    await this.server.kill();
  }

  #isDown(): void {
    // Those who wait already wait for the next one.
    if (!this.isUp) return;
    this.#up = Promise.withResolvers();
    this.#address = undefined;
    this.#gateway = undefined;
  }

  /** Everyone takes a session, and the first one makes the groups. */
  async #invite(people: number, rooms: number): Promise<void> {
    const { random, pauseMs = 20 } = this.options;
    this.#reader = await guest(this.server, "reader");
    for (let n = 2; n <= rooms; n++) {
      const asking = { token: this.#reader, body: { name: `room ${n}` } };
      this.roomIds.push((await ask(this.server, "POST", "/api/rooms", asking)).body.id);
    }
    for (let n = 0; n < people; n++) {
      const name = `talker${n}`;
      const token = await guest(this.server, name);
      const { history, roomIds } = this;
      const connect = () => this.#comeIn(n, token);
      this.talkers.push(new Talker({ name, roomIds, history, random, pauseMs, connect }));
    }
  }

  /** Every other one is behind the network, and every other two talk in lines. */
  async #comeIn(n: number, token: string): Promise<Line> {
    const { url } = await this.#up.promise;
    const isNear = n % 2 === 0;
    if (n % 4 >= 2) return byLines(isNear ? this.#gateway?.href ?? "" : this.#lines, token);
    return await bySocket(isNear ? url : this.network.url, token, this.options.random() < 0.7);
  }

  /** Waits until libSQL has everything: after an outage the next try may be half a minute away. */
  async #archived(): Promise<void> {
    for (let second = 0; second < 60; second++) {
      const metrics = await (await fetch(`${this.server.url}/metrics`)).text();
      if (/^parley_archive_pending [0-9]$/m.test(metrics)) return;
      await pause(1000);
    }
    this.history.object("libSQL did not take everything within a minute");
  }
}

function dyingAt(point: KillPoint, times = 1): ServerOptions {
  return { program: ["tests/faults/kill_points.ts", point, String(times)] };
}

async function openArchive(): Promise<RemoteArchive> {
  const server = await sqld();
  await server.start();
  return { sqld: server, network: new Proxy(() => new URL(server.url)) };
}
