/**
 * What Parley uses of all that hosts bill, and what a month of it costs, beside a design that writes
 * each message for itself: `deno task cost [--seconds 40]`. docs/cost.md explains the figures.
 */
import { parseArgs } from "node:util";
import { type Bill, bill, cheapest } from "./cost/bill.ts";
import type { Counts } from "./cost/counts.ts";
import { measure } from "./cost/measure.ts";
import { naive, type NaiveStore, useOf } from "./cost/month.ts";
import { DENO_DEPLOY, TURSO } from "./cost/tariffs.ts";

const MEMBERS = 10;
/** A month with so many sessions of so many messages; rooms keep as many events as they do by default. */
const MONTH = { sessions: 1_000_000, events: 150, members: MEMBERS, kept: 100 };
/** Where Deno KV is a service, a commit goes over the network and to several machines. */
const FAR_MS = 20;

/** A column of the tables. */
interface Column {
  readonly name: string;
  readonly thousand: Counts;
  readonly bills: readonly Bill[];
}

const { values } = parseArgs({
  args: Deno.args,
  options: { seconds: { type: "string", default: "40" } },
});
const seconds = Number(values.seconds);

// Counts hardly depend on what else the machine does, so the loads run side by side.
const [one, ten, hundred, far] = await Promise.all(
  [[1, 0], [10, 0], [100, 0], [100, FAR_MS]].map(([rate = 1, commitMs = 0]) =>
    measure({ rate, members: MEMBERS, seconds, commitMs })
  ),
) as [Counts, Counts, Counts, Counts];
const frameBytes = one.frameBytes / one.frames;

const columns = [
  parley("1/s", one),
  parley("10/s", ten),
  parley("100/s", hundred),
  parley(`100/s, commits ${FAR_MS} ms slower`, far),
  alone("kv"),
  alone("libsql"),
];
printUse();
console.log();
printBills();
// The server's log would keep the process.
Deno.exit(0);

function parley(name: string, thousand: Counts): Column {
  // Pages of a database are filled by many messages: only the largest run tells what one takes.
  const use = useOf(MONTH, { ...thousand, databaseBytes: hundred.databaseBytes }, frameBytes);
  return { name, thousand, bills: [bill(DENO_DEPLOY, use), cheapest(TURSO, use)] };
}

function alone(store: NaiveStore): Column {
  const { cpuMs } = hundred;
  const thousand = naive(store, { members: MEMBERS, eventBytes: frameBytes, frameBytes, cpuMs });
  const kept = store === "kv" ? Infinity : 0;
  const use = useOf({ ...MONTH, kept }, thousand, frameBytes);
  const bills = [bill(DENO_DEPLOY, use), ...store === "kv" ? [] : [cheapest(TURSO, use)]];
  return { name: `naive, ${store === "kv" ? "Deno KV" : "libSQL"} (computed)`, thousand, bills };
}

function printUse(): void {
  const rows: readonly [what: string, count: keyof Counts][] = [
    ["keys set or deleted in Deno KV", "kvWrites"],
    ["KV write units", "kvWriteUnits"],
    ["KV read units", "kvReadUnits"],
    ["bytes written to KV", "kvBytes"],
    ["SQL statements", "statements"],
    ["rows written", "rowsWritten"],
    ["rows read", "rowsRead"],
    ["frames sent", "frames"],
    ["bytes in frames", "frameBytes"],
    ["database grows by, bytes", "databaseBytes"],
    ["CPU, ms", "cpuMs"],
  ];
  printTable(
    "per 1,000 messages",
    rows.map(([what, count]) => [
      what,
      ...columns.map(({ thousand }) => Math.round(thousand[count]).toLocaleString("en")),
    ]),
  );
}

function printBills(): void {
  const items = columns.map(({ bills }) =>
    bills.flatMap(({ plan, items }) =>
      items.map(({ what, cost }) => ({ what: what === "plan" ? plan : what, cost }))
    )
  );
  const names = [...new Set(items.flat().map(({ what }) => what))];
  printTable("US dollars a month", [
    ...names.map((name) => [
      name,
      ...items.map((items) => dollars(items.find(({ what }) => what === name)?.cost ?? 0)),
    ]),
    ["**total**", ...columns.map(({ bills }) => dollars(sum(bills.map(({ total }) => total))))],
  ]);
}

function printTable(corner: string, rows: readonly (readonly string[])[]): void {
  console.log(`| ${[corner, ...columns.map(({ name }) => name)].join(" | ")} |`);
  console.log(`| --- |${" --: |".repeat(columns.length)}`);
  for (const row of rows) console.log(`| ${row.join(" | ")} |`);
}

function sum(values: readonly number[]): number {
  return values.reduce((a, b) => a + b, 0);
}

function dollars(amount: number): string {
  return amount === 0 ? "0" : amount.toFixed(amount < 10 ? 2 : 0);
}
