/** One delivery to an outgoing webhook: a signed POST, and what became of it. */
import { createHmac } from "node:crypto";
import { request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import { isIP } from "node:net";
import { isPublic, PrivateAddressError, publicLookup } from "./public_lookup.ts";

/** How long the other side may take, in milliseconds. */
const PATIENCE_MS = 10_000;

/** What is sent, and where to. */
export interface Delivery {
  readonly url: URL;
  /** Base64, after the `whsec_` of Standard Webhooks. */
  readonly secret: string;
  /** The same for each try. */
  readonly id: string;
  readonly body: string;
  /** Whether the server's own network may be called. */
  readonly allowPrivate: boolean;
}

/**
 * Posts and gives the status of the answer; redirects are not followed.
 * Signed as Standard Webhooks 1.0 has it: HMAC-SHA256 over `id.timestamp.body`.
 *
 * @throws {PrivateAddressError} when the address is not of the public internet; other errors when
 * nobody answered in time
 */
export function deliver({ url, secret, id, body, allowPrivate }: Delivery): Promise<number> {
  const host = url.hostname.replace(/^\[|\]$/g, "");
  if (!allowPrivate && isIP(host) !== 0 && !isPublic(host)) {
    return Promise.reject(new PrivateAddressError(`${host} is not a public address`));
  }
  const timestamp = String(Math.floor(Date.now() / 1000));
  const signature = createHmac("sha256", Uint8Array.fromBase64(secret))
    .update(`${id}.${timestamp}.${body}`)
    .digest("base64");
  const request = url.protocol === "https:" ? requestHttps : requestHttp;
  return new Promise((resolve, reject) => {
    const signal = AbortSignal.timeout(PATIENCE_MS);
    const sent = request(url, {
      method: "POST",
      agent: false,
      signal,
      ...(allowPrivate ? {} : { lookup: publicLookup }),
      headers: {
        "content-type": "application/json",
        "content-length": String(new TextEncoder().encode(body).length),
        "user-agent": "Parley",
        "webhook-id": id,
        "webhook-timestamp": timestamp,
        "webhook-signature": `v1,${signature}`,
      },
    }, (answer) => {
      // What it says is of no interest, and may be without end.
      answer.destroy();
      resolve(answer.statusCode ?? 0);
    });
    sent.on("error", reject);
    sent.end(body);
  });
}
