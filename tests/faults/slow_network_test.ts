/** A network far away: 200 ms there and back and lost packets, or what a proxy can do of it. */
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { between, seeded } from "../random.ts";
import { World } from "./world.ts";

/** A machine of its own, as far as the network goes, where each packet is late and some are lost. */
const FAR_AWAY = [
  "unshare",
  "--map-root-user",
  "--net",
  "sh",
  "-c",
  'ip link set lo up && tc qdisc add dev lo root netem delay 100ms 20ms loss 1% && "$@"',
  "sh",
];

async function output(command: readonly string[]) {
  const [program = "", ...args] = command;
  const { success, stdout, stderr } = await new Deno.Command(program, { args }).output();
  return { success, text: new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr) };
}

Deno.test("everything breaks, and each packet is late, and some are lost", async () => {
  const { success: canLose } = await output([...FAR_AWAY, "true"]).catch(() => ({
    success: false,
  }));
  if (!canLose) return console.warn("SKIPPED: no packets can be lost here (unshare, tc netem)");
  const round = ["--seed", "200", "--minutes", "0.1", "--talkers", "8", "--quiet"];
  const program = fileURLToPath(new URL("main.ts", import.meta.url));
  const { success, text } = await output([
    ...FAR_AWAY,
    Deno.execPath(),
    "run",
    "-A",
    program,
    ...round,
  ]);
  assert.ok(success, text);
});

Deno.test("200 ms each way, and connections that break: nothing is lost or doubled", async () => {
  const random = seeded(200);
  await using world = await World.open({ random, talkers: 8, rooms: 2 });
  world.network.delayMs = 200;
  for (let n = 0; n < 5; n++) {
    await world.progress(150);
    world.network.cut(() => between(random, 0, 5000));
  }
  assert.deepEqual(await world.settle(), []);
});
