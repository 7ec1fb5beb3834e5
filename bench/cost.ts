/**
 * What Parley uses of all that hosts bill, and what a month of it costs, beside a design that writes
 * each message for itself: `deno task cost [--seconds 40]`. docs/cost.md explains the figures.
 */
import { parseArgs } from "node:util";
import { type Bill, bill, cheapest } from "./cost/bill.ts";
import { type Counts, times } from "./cost/counts.ts";
import { measure, type Measured } from "./cost/measure.ts";
import { naive, type NaiveStore, useOf } from "./cost/month.ts";
import { DENO_DEPLOY, TURSO } from "./cost/tariffs.ts";

const MEMBERS = 10;
/** A month with so many sessions of so many messages; rooms keep as many events as they do by default. */
const MONTH = { sessions: 1_000_000, events: 150, members: MEMBERS, kept: 100 };
/** Where Deno KV is a service, a commit goes over the network and to several machines. */
const FAR_MS = 20;
const IDLE_SECONDS = 20;
/** What an owner can set to have fewer writes. */
const PATIENT = { FLUSH_MESSAGES: "1000", FLUSH_MS: "20000" };

/** A column of the tables. */
interface Column {
  readonly name: string;
  readonly measured: Measured;
  readonly bills: readonly Bill[];
}

const { values } = parseArgs({
  args: Deno.args,
  options: { seconds: { type: "string", default: "40" } },
});
const seconds = Number(values.seconds);

// Counts hardly depend on what else the machine does, so the loads run side by side.
const load = { members: MEMBERS, seconds, idleSeconds: IDLE_SECONDS, commitMs: 0 };
const [one, ten, patient, hundred, far] = await Promise.all([
  measure({ ...load, rate: 1 }),
  measure({ ...load, rate: 10 }),
  measure({ ...load, rate: 10, env: PATIENT }),
  measure({ ...load, rate: 100 }),
  measure({ ...load, rate: 100, commitMs: FAR_MS }),
]);
const frameBytes = one.thousand.frameBytes / one.thousand.frames;

const columns = [
  parley("1/s", one),
  parley("10/s", ten),
  parley("10/s, `FLUSH_MS=20000`", patient),
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

function parley(name: string, measured: Measured): Column {
  // Pages of a database are filled by many messages: only the largest run tells what one takes.
  const { databaseBytes } = hundred.thousand;
  const thousand = { ...measured.thousand, databaseBytes };
  const use = useOf(MONTH, { thousand, idleHour: hundred.idleHour }, frameBytes);
  return { name, measured, bills: [bill(DENO_DEPLOY, use), cheapest(TURSO, use)] };
}

function alone(store: NaiveStore): Column {
  const { cpuMs } = hundred.thousand;
  const thousand = naive(store, { members: MEMBERS, eventBytes: frameBytes, frameBytes, cpuMs });
  const measured = { thousand, idleHour: times(thousand, 0) };
  const kept = store === "kv" ? Infinity : 0;
  const use = useOf({ ...MONTH, kept }, measured, frameBytes);
  const bills = [bill(DENO_DEPLOY, use), ...store === "kv" ? [] : [cheapest(TURSO, use)]];
  return { name: `naive, ${store === "kv" ? "Deno KV" : "libSQL"} (computed)`, measured, bills };
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
      ...columns.map(({ measured }) => whole(measured.thousand[count])),
    ]),
  );
  const idle = rows.map(([what, count]) => `${what} ${whole(hundred.idleHour[count])}`);
  console.log(`\nAn idle hour: ${idle.join("; ")}.`);
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

/** Less than nothing is what an idle server, which is taken off, happened to use more. */
function whole(value: number): string {
  return Math.max(0, Math.round(value)).toLocaleString("en");
}

function sum(values: readonly number[]): number {
  return values.reduce((a, b) => a + b, 0);
}

function dollars(amount: number): string {
  return amount === 0 ? "0" : amount.toFixed(amount < 10 ? 2 : 0);
}
