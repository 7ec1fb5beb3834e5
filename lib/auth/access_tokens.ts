/** Access tokens: short-lived and signed, for programs that hand on as little as possible. */
import { jwtVerify, SignJWT } from "jose";
import { JOSEError } from "jose/errors";

/** An access token lasts this long, in seconds. */
export const ACCESS_TOKEN_S = 15 * 60;

const ALGORITHM = "HS256";
/** Both who makes them and who takes them (RFC 7519 §4.1.1, §4.1.3). */
const PARLEY = "parley";

/** Signed tokens (JWT, RFC 7519). Nothing of them is stored, so none can be revoked. */
export class AccessTokens {
  /**
   * @param secret at least 256 bits (RFC 7518 §3.2)
   * @param now Unix milliseconds
   */
  constructor(
    private readonly secret: Uint8Array,
    private readonly now: () => number = Date.now,
  ) {}

  /** A token that stands for a user for {@link ACCESS_TOKEN_S}. */
  async issue(userId: string): Promise<string> {
    const now = Math.floor(this.now() / 1000);
    return await new SignJWT()
      .setProtectedHeader({ alg: ALGORITHM })
      .setSubject(userId)
      .setIssuer(PARLEY)
      .setAudience(PARLEY)
      .setIssuedAt(now)
      .setExpirationTime(now + ACCESS_TOKEN_S)
      .sign(this.secret);
  }

  /** For whom a token stands; undefined when it is not one of ours, or over. */
  async userId(token: string): Promise<string | undefined> {
    try {
      const { payload } = await jwtVerify(token, this.secret, {
        algorithms: [ALGORITHM],
        issuer: PARLEY,
        audience: PARLEY,
        requiredClaims: ["sub", "exp"],
        currentDate: new Date(this.now()),
      });
      return payload.sub;
    } catch (error) {
      if (error instanceof JOSEError) return undefined;
      throw error;
    }
  }
}
