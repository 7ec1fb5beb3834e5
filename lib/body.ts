/** Bodies of requests, as much of them as is wanted. */

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
  const decoder = new TextDecoder("utf-8", { fatal });
  let bytes = 0;
  let text = "";
  for await (const chunk of request.body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > maxBytes) return undefined;
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}
