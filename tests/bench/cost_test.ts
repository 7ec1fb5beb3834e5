/** What a month costs follows from what is used and from price lists. */
import { deepEqual, equal, ok } from "node:assert/strict";
import { bill, cheapest, type Plan } from "../../bench/cost/bill.ts";
import { between, type Counts, times } from "../../bench/cost/counts.ts";
import { measure } from "../../bench/cost/measure.ts";
import { naive, useOf } from "../../bench/cost/month.ts";
import { readUnits, writeUnits } from "../../bench/cost/units.ts";

const PLAN: Plan = {
  name: "some",
  monthly: 20,
  rates: {
    kvWriteUnits: { included: 2e6, price: 2.5, per: 1e6 },
    egressGiB: { included: 200, price: 0.5, per: 1 },
  },
};

const NOTHING: Counts = {
  kvWrites: 0,
  kvWriteUnits: 0,
  kvBytes: 0,
  kvReadUnits: 0,
  statements: 0,
  rowsWritten: 0,
  rowsRead: 0,
  frames: 0,
  frameBytes: 0,
  cpuMs: 0,
  databaseBytes: 0,
};

Deno.test("a write counts a unit each KiB begun, a read each 4 KiB, and nothing is free", () => {
  deepEqual([0, 1, 1024, 1025, 65_536].map(writeUnits), [1, 1, 1, 2, 64]);
  deepEqual([0, 4096, 4097].map(readUnits), [1, 1, 2]);
});

Deno.test("only what goes beyond the plan is billed, the dearest first", () => {
  deepEqual(bill(PLAN, { kvWriteUnits: 4e6, egressGiB: 260 }), {
    plan: "some",
    total: 20 + 5 + 30,
    items: [
      { what: "egressGiB", cost: 30 },
      { what: "plan", cost: 20 },
      { what: "kvWriteUnits", cost: 5 },
    ],
  });
  equal(bill(PLAN, { kvWriteUnits: 2e6, egressGiB: 0 }).total, 20);
});

Deno.test("what a plan has no rate for is somebody else's to bill", () => {
  equal(bill(PLAN, { rowsWritten: 1e12 }).total, 20);
});

Deno.test("the plan that costs least depends on what is used", () => {
  const large: Plan = {
    name: "large",
    monthly: 100,
    rates: { kvWriteUnits: { included: 100e6, price: 2.5, per: 1e6 } },
  };
  equal(cheapest([PLAN, large], { kvWriteUnits: 3e6 }).plan, "some");
  equal(cheapest([PLAN, large], { kvWriteUnits: 50e6 }).plan, "large");
});

Deno.test("a month is as many thousands of messages as its sessions send", () => {
  const use = useOf(
    { sessions: 2000, events: 150, members: 10, kept: 100 },
    {
      thousand: {
        ...NOTHING,
        kvWriteUnits: 3000,
        frameBytes: 2 ** 20,
        cpuMs: 36_000,
        databaseBytes: 5e5,
      },
      idleHour: NOTHING,
    },
    512,
  );
  equal(use.requests, 2000);
  equal(use.kvWriteUnits, 300 * 3000);
  equal(use.egressGiB, 300 / 1024);
  equal(use.cpuHours, 3);
  equal(use.databaseGB, 0.15);
  equal(use.kvGiB, 200 * 100 * 512 / 2 ** 30);
});

Deno.test("a month has hours in which nobody says anything, too", () => {
  const use = useOf(
    { sessions: 2000, events: 150, members: 10, kept: 100 },
    { thousand: { ...NOTHING, kvReadUnits: 10 }, idleHour: { ...NOTHING, kvReadUnits: 2000 } },
    512,
  );
  equal(use.kvReadUnits, 300 * 10 + 730 * 2000);
});

Deno.test("rooms keep no more events than there are", () => {
  const month = { sessions: 10, events: 5, members: 10, kept: 100 };
  const measured = { thousand: NOTHING, idleHour: NOTHING };
  equal(useOf(month, measured, 1024).kvGiB, 50 * 1024 / 2 ** 30);
  equal(useOf({ ...month, kept: Infinity }, measured, 1024).kvGiB, 50 * 1024 / 2 ** 30);
});

Deno.test("the naive design writes each message once and sends it once to each member", () => {
  const message = { members: 10, eventBytes: 1500, frameBytes: 300, cpuMs: 0 };
  const kv = naive("kv", message);
  deepEqual(
    [kv.kvWrites, kv.kvWriteUnits, kv.rowsWritten, kv.frames, kv.frameBytes],
    [1000, 2000, 0, 10_000, 3_000_000],
  );
  const libsql = naive("libsql", message);
  deepEqual([libsql.kvWrites, libsql.statements, libsql.rowsWritten], [0, 1000, 1000]);
});

Deno.test("what was used between two countings is given for 1,000 messages", () => {
  const after = { ...NOTHING, frames: 70, kvWrites: 30 };
  const thousand = times(between({ ...NOTHING, frames: 20 }, after), 1000 / 5);
  deepEqual([thousand.frames, thousand.kvWrites], [10_000, 6000]);
});

Deno.test("a running Parley is counted", async () => {
  const { thousand } = await measure({
    rate: 50,
    members: 2,
    seconds: 1,
    idleSeconds: 0.1,
    commitMs: 0,
  });
  // Each message is a row at least, and goes into the journal and out again. Two members get it.
  ok(thousand.rowsWritten >= 1000, `${thousand.rowsWritten} rows`);
  ok(thousand.kvWriteUnits > 0 && thousand.kvWriteUnits >= thousand.kvWrites);
  ok(thousand.kvBytes > 100_000, `${thousand.kvBytes} bytes`);
  ok(thousand.frames > 0 && thousand.frames <= 2100, `${thousand.frames} frames`);
  ok(thousand.frameBytes > 200_000, `${thousand.frameBytes} bytes`);
  ok(thousand.statements > 0);
});
