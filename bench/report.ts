/** Figures, for programs and for people. */

/** One measurement by the names of its columns; the same ones in each row. */
export type Row = Readonly<Record<string, string | number>>;

/**
 * Prints one line of JSON and a table for Markdown. Numbers get two digits, whole ones none; what
 * was not measured (NaN) stays empty.
 */
export function report(name: string, rows: readonly Row[]): void {
  console.log(JSON.stringify({ name, rows }));
  const columns = Object.keys(rows[0] ?? {});
  const line = (cells: readonly string[]) => console.log(`| ${cells.join(" | ")} |`);
  line(columns);
  line(columns.map((column) => typeof rows[0]?.[column] === "number" ? "--:" : "---"));
  for (const row of rows) line(columns.map((column) => cell(row[column] ?? "")));
}

/** The value that this share of all is below; NaN of none. */
export function quantile(values: readonly number[], share: number): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length * share)] ?? NaN;
}

function cell(value: string | number): string {
  if (Number.isNaN(value)) return "";
  return typeof value === "number" && !Number.isInteger(value) ? value.toFixed(2) : String(value);
}
