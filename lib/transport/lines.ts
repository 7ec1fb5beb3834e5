/** Lines out of a stream of bytes, however it was cut into pieces. */

/** A line was longer than it may be; what follows can't be told from it. */
export class LineTooLongError extends Error {
  override readonly name = "LineTooLongError";
}

const NEWLINE = 0x0a;

/**
 * Gives the lines of a stream: bytes up to each `\n`, without it and a `\r` before it. Empty lines
 * are left out; so is what follows the last `\n`, for it is half a line.
 *
 * @param maxBytes of a line
 * @throws {LineTooLongError}
 */
export async function* linesOf(
  stream: AsyncIterable<Uint8Array>,
  maxBytes: number,
): AsyncGenerator<Uint8Array> {
  let held: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of stream) {
    let start = 0;
    for (let end; (end = chunk.indexOf(NEWLINE, start)) !== -1; start = end + 1) {
      const line = joined([...held, chunk.subarray(start, end)]);
      if (line.length > maxBytes) throw new LineTooLongError();
      if (line.length > 0) yield line;
      held = [];
      bytes = 0;
    }
    if (start === chunk.length) continue;
    held.push(chunk.slice(start));
    bytes += chunk.length - start;
    // A `\r` may be its last byte.
    if (bytes > maxBytes + 1) throw new LineTooLongError();
  }
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const [first] = parts;
  const line = parts.length === 1 && first !== undefined ? first : concatenated(parts);
  return line.at(-1) === 0x0d ? line.subarray(0, -1) : line;
}

function concatenated(parts: readonly Uint8Array[]): Uint8Array {
  const line = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    line.set(part, at);
    at += part.length;
  }
  return line;
}
