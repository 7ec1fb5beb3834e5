/** What Parley tells of itself. */

/** The value of a metric without labels. */
export async function metric(port: number, name: string): Promise<number> {
  const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  return Number(new RegExp(`^${name} (\\S+)$`, "m").exec(text)?.[1]);
}

/** Waits until Parley knows that all connections are gone: names are free again only then. */
export async function untilGone(port: number): Promise<void> {
  while (await metric(port, "parley_connections") > 0) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
