/** Invitations: links that let people into a private group, for a while and so many times. */
import { ProtocolError } from "../protocol/errors.ts";
import type { User } from "../protocol/server_frames.ts";
import { type Group, isBanned, type RoomRecord, withMember } from "./room_record.ts";
import type { RoomDirectory } from "./rooms.ts";

/** How long an invitation is valid unless said otherwise, in milliseconds. */
export const INVITE_MS = 7 * 24 * 3_600_000;
/** How many people it lets in unless said otherwise. */
export const INVITE_USES = 25;

/** An invitation that is valid now. */
export interface Invite {
  /** 128 random bits, base64url. */
  readonly code: string;
  /** The address to give to people, on this server. */
  readonly path: string;
  /** Who invites. */
  readonly by?: string;
  /** How many it still lets in. */
  readonly uses: number;
  /** Unix milliseconds. */
  readonly expiresAt: number;
}

type InviteRecord = Omit<Invite, "code" | "path"> & { readonly roomId: number };

const invitesKey: Deno.KvKey = ["invite"];
const inviteKey = (code: string): Deno.KvKey => [...invitesKey, code];

/** Invitations in Deno KV; whoever has the code may use it. */
export class Invites {
  constructor(
    private readonly kv: Deno.Kv,
    private readonly rooms: RoomDirectory,
    private readonly now: () => number = Date.now,
  ) {}

  /**
   * Makes an invitation to a room.
   *
   * @throws {ProtocolError} `forbidden` for a room that needs none
   */
  async create(
    room: RoomRecord,
    { name: by }: User,
    uses = INVITE_USES,
    expireIn = INVITE_MS,
  ): Promise<Invite> {
    if (room.kind !== "group" || room.memberIds === undefined) {
      throw new ProtocolError("forbidden", "Nobody needs an invitation to this room.");
    }
    const code = crypto.getRandomValues(new Uint8Array(16))
      .toBase64({ alphabet: "base64url", omitPadding: true });
    const record: InviteRecord = { roomId: room.id, by, uses, expiresAt: this.now() + expireIn };
    await this.kv.set(inviteKey(code), record, { expireIn });
    return toInvite(code, record);
  }

  /** The invitations to a room that are valid now. */
  async of(roomId: number): Promise<Invite[]> {
    const invites: Invite[] = [];
    for await (const { key, value } of this.kv.list<InviteRecord>({ prefix: invitesKey })) {
      if (value.roomId === roomId && value.expiresAt > this.now()) {
        invites.push(toInvite(String(key[1]), value));
      }
    }
    return invites.sort((a, b) => a.expiresAt - b.expiresAt);
  }

  /**
   * Takes an invitation to a room back.
   *
   * @throws {ProtocolError} `not_found`
   */
  async revoke(roomId: number, code: string): Promise<void> {
    if ((await this.room(code)).id !== roomId) throw notValid();
    await this.kv.delete(inviteKey(code));
  }

  /** Takes back all invitations to a room that somebody made. */
  async revokeBy(roomId: number, { name }: User): Promise<void> {
    for (const { code, by } of await this.of(roomId)) {
      if (by === name) await this.kv.delete(inviteKey(code));
    }
  }

  /**
   * The room that a code leads to, without using it.
   *
   * @throws {ProtocolError} `not_found`
   */
  async room(code: string): Promise<RoomRecord> {
    const { value } = await this.kv.get<InviteRecord>(inviteKey(code));
    const room = value && value.expiresAt > this.now() && await this.rooms.get(value.roomId);
    if (room) return room;
    throw notValid();
  }

  /**
   * Lets a user in. Who is a member already uses nothing up.
   *
   * @throws {ProtocolError} `not_found`; `forbidden` for who was banned, or when the group is full
   */
  async accept(code: string, user: User): Promise<RoomRecord> {
    for (;;) {
      const room = await this.room(code);
      const entry = await this.kv.get<InviteRecord>(inviteKey(code));
      if (entry.value === null) continue;
      const { uses, expiresAt } = entry.value;
      const enter = (group: Group) => {
        if (!isBanned(group, user)) return withMember(group, user.id);
        throw new ProtocolError("forbidden", "You were banned from this group.");
      };
      const joined = await this.rooms.tryChange(room.id, enter, (atomic) => {
        atomic.check(entry);
        if (uses <= 1) atomic.delete(inviteKey(code));
        else {
          const expireIn = Math.max(1, expiresAt - this.now());
          atomic.set(inviteKey(code), { ...entry.value, uses: uses - 1 }, { expireIn });
        }
      });
      if (joined !== undefined) return joined;
    }
  }
}

function toInvite(code: string, { by, uses, expiresAt }: InviteRecord): Invite {
  return { code, path: `/invite/${code}`, by, uses, expiresAt };
}

function notValid(): ProtocolError {
  return new ProtocolError("not_found", "That invitation is not valid, or not any more.");
}
