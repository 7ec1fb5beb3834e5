/** Passkeys: getting in by a device of one's own instead of a password (WebAuthn Level 3). */
import {
  type AuthenticationResponseJSON,
  generateAuthenticationOptions,
  generateRegistrationOptions,
  type PublicKeyCredentialCreationOptionsJSON,
  type PublicKeyCredentialRequestOptionsJSON,
  type RegistrationResponseJSON,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
} from "@simplewebauthn/server";
import { ProtocolError } from "../protocol/errors.ts";
import type { User } from "../protocol/server_frames.ts";

/** How long an answer may take, in milliseconds. */
const ANSWER_MS = 5 * 60_000;
/** How many an account may have. */
const MAX_PASSKEYS = 20;

/** A passkey, as its holder may see it. */
export interface Passkey {
  /** The credential's id, base64url. */
  readonly id: string;
  readonly name: string;
  /** Unix milliseconds. */
  readonly createdAt: number;
  /** Unix milliseconds; absent until it was used. */
  readonly usedAt?: number;
}

/** Where the browser thinks that it is: what a passkey is bound to. */
export interface Site {
  /** Such as `https://chat.example.org`. */
  readonly origin: string;
}

type PasskeyRecord = Passkey & {
  readonly publicKey: Uint8Array<ArrayBuffer>;
  readonly counter: number;
};

const passkeysKey = (userId: string): Deno.KvKey => ["passkey", userId];
const passkeyKey = (userId: string, id: string): Deno.KvKey => [...passkeysKey(userId), id];
const holderKey = (id: string): Deno.KvKey => ["passkey_holder", id];
const challengeKey = (challenge: string): Deno.KvKey => ["passkey_challenge", challenge];

/** Passkeys in Deno KV. A challenge is answered once, for what it was made for. */
export class Passkeys {
  constructor(private readonly kv: Deno.Kv, private readonly now: () => number = Date.now) {}

  /** An account's passkeys, oldest first. */
  async of(userId: string): Promise<Passkey[]> {
    return (await this.#records(userId)).map(shown).sort((a, b) => a.createdAt - b.createdAt);
  }

  /**
   * What a browser needs to make a passkey for an account.
   *
   * @throws {ProtocolError} `forbidden` when it has too many
   */
  async creation(user: User, site: Site): Promise<PublicKeyCredentialCreationOptionsJSON> {
    const known = await this.#records(user.id);
    if (known.length >= MAX_PASSKEYS) {
      throw new ProtocolError("forbidden", "Remove a passkey first: there are too many.");
    }
    const options = await generateRegistrationOptions({
      rpName: "Parley",
      rpID: hostOf(site),
      userName: user.name,
      userID: new TextEncoder().encode(user.id),
      excludeCredentials: known.map(({ id }) => ({ id })),
      authenticatorSelection: { residentKey: "required", userVerification: "preferred" },
    });
    await this.#expectAnswer(options.challenge, user.id);
    return options;
  }

  /**
   * Keeps a passkey that a browser made.
   *
   * @throws {ProtocolError} `forbidden` when the answer is not to a question of ours
   */
  async add(
    user: User,
    site: Site,
    name: string,
    answer: RegistrationResponseJSON,
  ): Promise<Passkey> {
    const { verified, registrationInfo: info } = await verifying(() =>
      verifyRegistrationResponse({
        response: answer,
        expectedChallenge: (challenge) => this.#takeChallenge(challenge, user.id),
        expectedOrigin: site.origin,
        expectedRPID: hostOf(site),
        requireUserVerification: false,
      })
    );
    if (!verified) throw notOurs();
    const { id, publicKey, counter } = info.credential;
    const createdAt = this.now();
    const record: PasskeyRecord = { id, name, createdAt, publicKey, counter };
    const { ok } = await this.kv.atomic()
      .check({ key: holderKey(id), versionstamp: null })
      .set(holderKey(id), user.id)
      .set(passkeyKey(user.id, id), record)
      .commit();
    if (!ok) throw new ProtocolError("forbidden", "That passkey is known here already.");
    return shown(record);
  }

  /** What a browser needs to offer the passkeys that it has for this site. */
  async request(site: Site): Promise<PublicKeyCredentialRequestOptionsJSON> {
    const options = await generateAuthenticationOptions({
      rpID: hostOf(site),
      userVerification: "preferred",
    });
    await this.#expectAnswer(options.challenge, null);
    return options;
  }

  /**
   * Whose passkey a browser showed.
   *
   * @throws {ProtocolError} `unauthenticated`
   */
  async holder(site: Site, answer: AuthenticationResponseJSON): Promise<string> {
    const userId = (await this.kv.get<string>(holderKey(answer.id))).value;
    const entry = await this.kv.get<PasskeyRecord>(passkeyKey(userId ?? "", answer.id));
    const passkey = entry.value;
    if (userId === null || passkey === null) throw unknown();
    const { verified, authenticationInfo } = await verifying(() =>
      verifyAuthenticationResponse({
        response: answer,
        expectedChallenge: (challenge) => this.#takeChallenge(challenge, null),
        expectedOrigin: site.origin,
        expectedRPID: hostOf(site),
        requireUserVerification: false,
        // A counter that went back (§6.1.1) is refused in there: the passkey was copied.
        credential: passkey,
      })
    );
    if (!verified) throw unknown();
    const used = { ...passkey, counter: authenticationInfo.newCounter, usedAt: this.now() };
    const { ok } = await this.kv.atomic().check(entry).set(entry.key, used).commit();
    if (!ok) throw unknown();
    return userId;
  }

  /**
   * Removes a passkey: nobody gets in by it any more.
   *
   * @throws {ProtocolError} `not_found`
   */
  async remove(userId: string, id: string): Promise<void> {
    const { value } = await this.kv.get<PasskeyRecord>(passkeyKey(userId, id));
    if (value === null) throw new ProtocolError("not_found", "There is no such passkey.");
    await this.kv.atomic().delete(passkeyKey(userId, id)).delete(holderKey(id)).commit();
  }

  async #records(userId: string): Promise<PasskeyRecord[]> {
    const list = this.kv.list<PasskeyRecord>({ prefix: passkeysKey(userId) });
    return await Array.fromAsync(list, ({ value }) => value);
  }

  /** @param userId who has to answer; null for anybody who signs in */
  async #expectAnswer(challenge: string, userId: string | null): Promise<void> {
    const until = this.now() + ANSWER_MS;
    await this.kv.set(challengeKey(challenge), { userId, until }, { expireIn: ANSWER_MS });
  }

  async #takeChallenge(challenge: string, userId: string | null): Promise<boolean> {
    const entry = await this.kv.get<{ userId: string | null; until: number }>(
      challengeKey(challenge),
    );
    if (entry.value === null) return false;
    const { ok } = await this.kv.atomic().check(entry).delete(entry.key).commit();
    return ok && entry.value.userId === userId && entry.value.until > this.now();
  }
}

function shown({ id, name, createdAt, usedAt }: PasskeyRecord): Passkey {
  return { id, name, createdAt, ...(usedAt !== undefined && { usedAt }) };
}

function hostOf({ origin }: Site): string {
  return new URL(origin).hostname;
}

/** Whatever is wrong with an answer, whoever sent it learns no more than that. */
async function verifying<Result>(verify: () => Promise<Result>): Promise<Result> {
  try {
    return await verify();
  } catch (error) {
    if (error instanceof ProtocolError) throw error;
    throw notOurs();
  }
}

function notOurs(): ProtocolError {
  return new ProtocolError("forbidden", "That passkey could not be checked. Try once more.");
}

function unknown(): ProtocolError {
  return new ProtocolError(
    "unauthenticated",
    "This passkey is not known here. Use another way in.",
  );
}
