/** How figures are put together and shown. */

/** The value below which this part of the values lies; NaN of none. */
export function quantile(values: readonly number[], part: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? NaN;
}

/** One row of figures, by column. */
export type Row = Readonly<Record<string, string | number>>;

/** Rows that agree in their texts become one, with the medians of their numbers. */
export function medians(rows: readonly Row[]): Row[] {
  const alike = Map.groupBy(
    rows,
    (row) => Object.values(row).filter((value) => typeof value === "string").join("\n"),
  );
  return [...alike.values()].map((group) =>
    Object.fromEntries(
      Object.entries(group[0] ?? {}).map(([column, value]) => [
        column,
        typeof value === "string" ? value : quantile(group.map((row) => Number(row[column])), 0.5),
      ]),
    )
  );
}

/**
 * Prints rows as one line of JSON and as a table. Small numbers get two digits; what was not measured
 * (NaN) stays empty.
 */
export function print(name: string, rows: readonly Row[]): void {
  console.log(JSON.stringify({ bench: name, rows }));
  const columns = Object.keys(rows[0] ?? {});
  const line = (cells: readonly string[]) => console.log(`| ${cells.join(" | ")} |`);
  line(columns);
  line(columns.map((column) => typeof rows[0]?.[column] === "number" ? "--:" : "---"));
  for (const row of rows) line(columns.map((column) => shown(row[column])));
}

function shown(value: string | number | undefined): string {
  if (typeof value !== "number") return value ?? "";
  if (Number.isNaN(value)) return "";
  return value.toFixed(Number.isInteger(value) || Math.abs(value) >= 100 ? 0 : 2);
}
