/** Invitations: links that let people into a private group, for a while and so many times. */
import { ProtocolError } from "../protocol/errors.ts";
import type { User } from "../protocol/server_frames.ts";
import type { RoomDirectory, RoomRecord } from "./rooms.ts";

/** How long an invitation is valid unless said otherwise, in milliseconds. */
export const INVITE_MS = 7 * 24 * 3_600_000;
/** How many people it lets in unless said otherwise. */
export const INVITE_USES = 25;

interface InviteRecord {
  readonly roomId: number;
  /** How many it still lets in. */
  readonly uses: number;
  /** Unix milliseconds. */
  readonly expiresAt: number;
}

const inviteKey = (code: string): Deno.KvKey => ["invite", code];

/** Invitations in Deno KV; whoever has the code may use it. */
export class Invites {
  constructor(
    private readonly kv: Deno.Kv,
    private readonly rooms: RoomDirectory,
    private readonly now: () => number = Date.now,
  ) {}

  /**
   * Makes an invitation to a room; gives its code (128 random bits, base64url).
   *
   * @throws {ProtocolError} `forbidden` for a room that needs none
   */
  async create(room: RoomRecord, uses = INVITE_USES, expireIn = INVITE_MS): Promise<string> {
    if (room.kind !== "group" || room.memberIds === undefined) {
      throw new ProtocolError("forbidden", "Nobody needs an invitation to this room.");
    }
    const code = crypto.getRandomValues(new Uint8Array(16))
      .toBase64({ alphabet: "base64url", omitPadding: true });
    const invite: InviteRecord = { roomId: room.id, uses, expiresAt: this.now() + expireIn };
    await this.kv.set(inviteKey(code), invite, { expireIn });
    return code;
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
    throw new ProtocolError("not_found", "That invitation is not valid, or not any more.");
  }

  /**
   * Lets a user in. Who is a member already uses nothing up.
   *
   * @throws {ProtocolError} `not_found`
   */
  async accept(code: string, user: User): Promise<RoomRecord> {
    for (;;) {
      const room = await this.room(code);
      const entry = await this.kv.get<InviteRecord>(inviteKey(code));
      if (entry.value === null) continue;
      const { uses, expiresAt } = entry.value;
      const joined = await this.rooms.addMember(room.id, user, (atomic) => {
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
