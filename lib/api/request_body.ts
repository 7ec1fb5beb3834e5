/** What a request brings, of a bounded size: JSON in UTF-8, or bytes; or a reason why it is not. */
import { readBytes, readText } from "../body.ts";
import { BadRequest } from "./refusal.ts";

/** Nothing that the API takes is nested deeper; far below this a check of it runs out of stack. */
const MAX_DEPTH = 64;

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
  expectUncompressed(request);
  const text = await readUtf8(request, maxBytes);
  if (text === undefined) throw tooLarge(maxBytes);
  const json = parse(text);
  if (isDeep(json)) throw new BadRequest(400, "The body is nested too deeply.");
  return json;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new BadRequest(400, "The body is not JSON.");
  }
}

function isDeep(json: unknown): boolean {
  let level = [json];
  for (let depth = 0; depth <= MAX_DEPTH && level.length > 0; depth++) {
    level = level.flatMap((value) => value instanceof Object ? Object.values(value) : []);
  }
  return level.length > 0;
}

/**
 * The bytes of a request's body, whatever they are said to be.
 *
 * @throws {BadRequest} 415 or 413
 */
export async function readUpload(
  request: Request,
  maxBytes: number,
): Promise<Uint8Array<ArrayBuffer>> {
  expectUncompressed(request);
  const bytes = await readBytes(request, maxBytes);
  if (bytes === undefined) throw tooLarge(maxBytes);
  return bytes;
}

function expectUncompressed({ headers }: Request): void {
  const coding = headers.get("content-encoding") ?? "identity";
  if (coding.toLowerCase() === "identity") return;
  throw new BadRequest(415, "Send the body uncompressed.", { "accept-encoding": "identity" });
}

function tooLarge(maxBytes: number): BadRequest {
  return new BadRequest(413, `The body is larger than ${maxBytes} bytes.`);
}

async function readUtf8(request: Request, maxBytes: number): Promise<string | undefined> {
  try {
    return await readText(request, maxBytes, { fatal: true });
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new BadRequest(400, "The body is not UTF-8.");
  }
}
