/**
 * Price lists, in US dollars. Where each figure is from, and how sure it is, stands in
 * docs/cost.md: look at the hosts' own pages before you rely on them.
 */
import type { Plan } from "./bill.ts";

const MILLION = 1e6;
const BILLION = 1e9;

/** Deno Deploy, Pro: https://deno.com/deploy/pricing. */
export const DENO_DEPLOY: Plan = {
  name: "Deno Deploy Pro",
  monthly: 20,
  rates: {
    requests: { included: 5 * MILLION, price: 2, per: MILLION },
    egressGiB: { included: 200, price: 0.5, per: 1 },
    cpuHours: { included: 50, price: 0.05, per: 1 },
    memoryGiBHours: { included: 750, price: 0.016, per: 1 },
    kvGiB: { included: 5, price: 0.75, per: 1 },
    kvReadUnits: { included: 5 * MILLION, price: 1, per: MILLION },
    kvWriteUnits: { included: 2.5 * MILLION, price: 2.5, per: MILLION },
  },
};

/** Turso's plans that bill what goes beyond them: https://turso.tech/pricing. */
export const TURSO: readonly [Plan, ...Plan[]] = [
  turso("Developer", 4.99, { gb: 9, gbPrice: 0.75, read: 2.5, written: 25 }),
  turso("Scaler", 24.92, { gb: 24, gbPrice: 0.5, read: 100, written: 100 }),
  turso("Pro", 416.58, { gb: 50, gbPrice: 0.45, read: 250, written: 250 }),
];

/** A plan with so many GB, billions of rows read and millions written; each beyond costs $1. */
function turso(
  name: string,
  monthly: number,
  { gb, gbPrice, read, written }: { gb: number; gbPrice: number; read: number; written: number },
): Plan {
  return {
    name: `Turso ${name}`,
    monthly,
    rates: {
      rowsRead: { included: read * BILLION, price: 1, per: BILLION },
      rowsWritten: { included: written * MILLION, price: 1, per: MILLION },
      databaseGB: { included: gb, price: gbPrice, per: 1 },
    },
  };
}
