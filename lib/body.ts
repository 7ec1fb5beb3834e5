/** Bodies of requests, as much of them as is wanted. */

/** A body's bytes; undefined when there are more than `maxBytes`, and then not read further. */
export async function readBytes(
  { body }: Request,
  maxBytes: number,
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  let bytes = 0;
  for await (const chunk of body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > maxBytes) return undefined;
    chunks.push(chunk);
  }
  return await new Blob(chunks).bytes();
}

/**
 * A body's text; undefined when it is larger than `maxBytes`, and then not read further.
 *
 * @throws {TypeError} when it is `fatal` that it is not UTF-8, and it is not
 */
export async function readText(
  request: Request,
  maxBytes: number,
  { fatal = false }: { fatal?: boolean } = {},
): Promise<string | undefined> {
  const bytes = await readBytes(request, maxBytes);
  return bytes && new TextDecoder("utf-8", { fatal }).decode(bytes);
}
