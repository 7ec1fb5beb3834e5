/** Files as libSQL takes them. */

/** The `file:` URL of a path, relative or not: libSQL decodes it, so its segments are encoded. */
export function fileUrl(path: string): string {
  return `file:${path.split("/").map(encodeURIComponent).join("/")}`;
}
