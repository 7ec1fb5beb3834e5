/** What a request brings: JSON in UTF-8 of a bounded size, or a reason why it is not. */
import { readText } from "../body.ts";
import { BadRequest } from "./refusal.ts";

/**
 * The JSON of a request's body.
 *
 * @throws {BadRequest} 415, 413 or 400 (RFC 9110 §15.5; RFC 8259 §8.1: it must be UTF-8)
 */
export async function readJson(request: Request, maxBytes: number): Promise<unknown> {
  const type = request.headers.get("content-type") ?? "";
  if (!/^application\/json\s*(;|$)/i.test(type)) {
    throw new BadRequest(415, "Send the body as application/json.", { accept: "application/json" });
  }
  const coding = request.headers.get("content-encoding") ?? "identity";
  if (coding.toLowerCase() !== "identity") {
    throw new BadRequest(415, "Send the body uncompressed.", { "accept-encoding": "identity" });
  }
  const text = await readUtf8(request, maxBytes);
  if (text === undefined) throw new BadRequest(413, `The body is larger than ${maxBytes} bytes.`);
  try {
    return JSON.parse(text);
  } catch {
    throw new BadRequest(400, "The body is not JSON.");
  }
}

async function readUtf8(request: Request, maxBytes: number): Promise<string | undefined> {
  try {
    return await readText(request, maxBytes, { fatal: true });
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new BadRequest(400, "The body is not UTF-8.");
  }
}
