/** No regular expression of ours takes longer than in step with its input (ReDoS, CWE-1333). */
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const FOLDERS = ["lib", "db", "routes", "islands", "components"];
const LITERAL =
  /(?<=[=(,:!?&|]\s*)\/((?:[^/\\\n[*]|\\.|\[(?:[^\]\\\n]|\\.)*\])(?:[^/\\\n[]|\\.|\[(?:[^\]\\\n]|\\.)*\])*)\/([dgimsuvy]*)/g;
/** What expressions that go astray go astray on: much of the same, and an end that does not fit. */
const PIECES = [
  "a",
  "A",
  "0",
  " ",
  "\t",
  "-",
  "_",
  "/",
  ".",
  ",",
  ";",
  '"',
  "'",
  "=",
  "<",
  "\\",
  "a ",
  "a-",
  "0,",
  "\\a",
];
const LENGTH = 30_000;
const MAX_MS = 250;

Deno.test("every expression is done in time, whatever it is given", async (t) => {
  const expressions = new Map<string, RegExp>();
  for (const folder of FOLDERS) {
    for await (const path of sources(`${ROOT}/${folder}`)) {
      const source = await Deno.readTextFile(path);
      for (const [literal, body = "", flags = ""] of source.matchAll(LITERAL)) {
        expressions.set(literal, new RegExp(body, flags));
      }
    }
  }
  assert.ok(expressions.size > 20, `only ${expressions.size} were found`);
  for (const [literal, expression] of expressions) {
    await t.step(literal, () => {
      for (const piece of PIECES) {
        for (const end of ["", "!", "\u0000"]) {
          const text = piece.repeat(LENGTH / piece.length) + end;
          const start = performance.now();
          expression.lastIndex = 0;
          text.replace(expression, "");
          const time = performance.now() - start;
          assert.ok(time < MAX_MS, `${time} ms on ${JSON.stringify(piece)} × ${LENGTH}`);
        }
      }
    });
  }
});

async function* sources(folder: string): AsyncGenerator<string> {
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    if (isDirectory) yield* sources(`${folder}/${name}`);
    else if (/\.tsx?$/.test(name)) yield `${folder}/${name}`;
  }
}
