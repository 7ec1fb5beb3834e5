/** What Parley tells of itself. */

/** The value of a metric without labels, as it is now. */
export async function metric(port: number, name: string): Promise<number> {
  const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  const value = new RegExp(`^${name} (\\S+)$`, "m").exec(text)?.[1];
  if (value === undefined) throw new Error(`there is no metric ${name}`);
  return Number(value);
}

/** Waits until Parley knows that all connections are gone: names are free again only then. */
export async function untilGone(port: number): Promise<void> {
  while (await metric(port, "parley_connections") > 0) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
