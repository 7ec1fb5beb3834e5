/**
 * What nobody can go below who keeps a message in Deno KV: bare commits, one after the other, each
 * of one entry as long as a message. Seconds in the first argument, a folder in the second; one line
 * of figures out.
 */
import type { Figures } from "./load/job.ts";
import { quantile } from "./figures.ts";

const seconds = Number(Deno.args[0]);
const kv = await Deno.openKv(`${Deno.args[1]}/kv.sqlite`);
const message = { id: crypto.randomUUID(), sender: "member", text: "x".repeat(64), ts: Date.now() };

let seq = 0;
const commit = () => kv.atomic().set(["event", 1, ++seq], message).commit();
for (const warm = performance.now() + 500; performance.now() < warm;) await commit();

const times: number[] = [];
const start = performance.now();
for (let last = start; last < start + seconds * 1000;) {
  await commit();
  const now = performance.now();
  times.push(now - last);
  last = now;
}
const perSecond = times.length * 1000 / (performance.now() - start);
kv.close();
const figures: Figures = {
  delivered: perSecond,
  accepted: perSecond,
  p50: quantile(times, 0.5),
  p99: quantile(times, 0.99),
  generatorCpu: 0,
};
console.log(JSON.stringify(figures));
