/** Cuts an SQL file into its statements, as libSQL takes them one by one. */

// A comment, something quoted, a word, or any other character.
const TOKEN = /--.*|\/\*[^]*?\*\/|'[^']*'|"[^"]*"|\w+|[^]/g;

/**
 * The statements of a file, without comments and without the semicolon at their end.
 * A semicolon within quotes, or between `BEGIN` and `END` of a trigger, ends none.
 */
export function splitSql(file: string): string[] {
  const statements: string[] = [];
  let statement = "";
  let depth = 0;
  for (const [token] of file.matchAll(TOKEN)) {
    if (token.startsWith("--") || token.startsWith("/*")) {
      statement += " ";
      continue;
    }
    if (/^(begin|case)$/i.test(token)) depth++;
    if (/^end$/i.test(token)) depth--;
    if (token === ";" && depth === 0) {
      statements.push(statement.trim());
      statement = "";
    } else statement += token;
  }
  return [...statements, statement.trim()].filter((text) => text !== "");
}
