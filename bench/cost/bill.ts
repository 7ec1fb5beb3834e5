/** From what is used in a month to what it costs. */

/** What hosts bill by. */
export type Meter =
  | "requests"
  | "egressGiB"
  | "cpuHours"
  | "memoryGiBHours"
  | "kvGiB"
  | "kvReadUnits"
  | "kvWriteUnits"
  | "rowsRead"
  | "rowsWritten"
  | "databaseGB";

/** What was used in a month; what is not named was not used. */
export type Use = Partial<Readonly<Record<Meter, number>>>;

/** A plan's price of one meter: so much is included, and what goes beyond costs `price` for each `per`. */
export interface Rate {
  readonly included: number;
  readonly price: number;
  readonly per: number;
}

/** A plan as its host offers it. Prices are US dollars a month. */
export interface Plan {
  readonly name: string;
  readonly monthly: number;
  readonly rates: Partial<Readonly<Record<Meter, Rate>>>;
}

/** What a month costs, in US dollars. */
export interface Bill {
  readonly plan: string;
  readonly total: number;
  /** The plan's price and what was used beyond it, dearest first; what costs nothing is left out. */
  readonly items: readonly { readonly what: Meter | "plan"; readonly cost: number }[];
}

/** What a month on this plan costs. Meters that the plan has no rate for are billed by somebody else. */
export function bill({ name, monthly, rates }: Plan, use: Use): Bill {
  const meters = Object.entries(rates) as [Meter, Rate][];
  const items = [
    { what: "plan" as const, cost: monthly },
    ...meters.map(([what, { included, price, per }]) => ({
      what,
      cost: Math.max(0, (use[what] ?? 0) - included) / per * price,
    })),
  ].filter(({ cost }) => cost > 0).sort((a, b) => b.cost - a.cost);
  return { plan: name, total: items.reduce((sum, { cost }) => sum + cost, 0), items };
}

/** The bill of the plan that costs least. */
export function cheapest(plans: readonly [Plan, ...Plan[]], use: Use): Bill {
  return plans.map((plan) => bill(plan, use)).reduce((a, b) => a.total <= b.total ? a : b);
}
