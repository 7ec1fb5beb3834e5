/** Paths of the API match as a `URLPattern` would have them. */
import { deepStrictEqual } from "node:assert/strict";
import fc from "fast-check";
import { operations } from "@/lib/api/operations.ts";
import { PathPattern } from "@/lib/api/path_pattern.ts";

const paths = [...new Set(operations(8000).map(({ path }) => path))];
const words = [...new Set(paths.flatMap((path) => path.split("/")))];

Deno.test("every path of the API is found as the standard's own patterns find it", () => {
  const part = fc.oneof(fc.constantFrom(...words), fc.constantFrom("", "%2F", "7", "a b"));
  const asked = fc.oneof(
    fc.array(part, { maxLength: 7 }).map((parts) => parts.join("/")),
    fc.constantFrom(...paths).map((path) => path.replaceAll(/\{\w+\}/g, "a%2Fb")),
  );
  fc.assert(
    fc.property(fc.constantFrom(...paths), asked, (path, text) => {
      const { pathname } = new URL(`http://parley.test/${text}`);
      const standard = new URLPattern({ pathname: path.replaceAll(/\{(\w+)\}/g, ":$1") });
      const found = new PathPattern(path).match(pathname.split("/"));
      deepStrictEqual(found && { ...found }, plain(standard.exec({ pathname })?.pathname.groups));
    }),
    { numRuns: 2000 },
  );
});

function plain(groups: Record<string, string | undefined> | undefined) {
  return groups && { ...groups };
}
