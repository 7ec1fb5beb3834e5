/**
 * Two people behind a real cable that is pulled: neither side is told. Prints in JSON after how many
 * seconds the server knew it, and what is left of them. Run by `half_open_test.ts`, in a network
 * namespace of its own; the two are in another one.
 */
import { fileURLToPath } from "node:url";
import { startServer } from "../parley.ts";
import { pause, until } from "../temp.ts";
import { ports } from "../transport/ports.ts";
import { Wire } from "../wire.ts";

const HERE = "10.0.0.1";
const THERE = "10.0.0.2";
const [patience = ""] = Deno.args;

await sh("ip link set lo up && ip link add here type veth peer name there");
await sh(`ip addr add ${HERE}/30 dev here && ip link set here up`);
await using server = await startServer({ env: { HOST: HERE, TCP_PORT: "0" } });
using bob = await Wire.join(server, "bob");
const before = await sockets();

const away = new Deno.Command("unshare", {
  args: [
    "--net",
    "sh",
    "-c",
    `until ip link show there; do sleep 0.02; done >/dev/null 2>&1
    ip addr add ${THERE}/30 dev there && ip link set there up && exec "$@"`,
    "sh",
    Deno.execPath(),
    "run",
    "-A",
    fileURLToPath(new URL("far_away.ts", import.meta.url)),
    server.url,
    String(ports(server).tcp),
  ],
}).spawn();
const namespace = `/proc/${away.pid}/ns/net`;
await until(() => Deno.readLinkSync(namespace) !== Deno.readLinkSync("/proc/self/ns/net"));
await sh(`ip link set there netns ${away.pid}`);
for (const _ of ["by socket", "by lines"]) await bob.next("member_joined");
const during = await sockets();

await sh(`nsenter --net=${namespace} ip link set there down`);
const pulledAt = performance.now();
const seconds: Record<string, number> = {};
const end = pulledAt + Number(patience) * 1000;
while (Object.keys(seconds).length < 2 && performance.now() < end) {
  // People go on: the server has something to say to those who are away.
  bob.send({ type: "message", roomId: 1, text: "is anybody there?", txnId: crypto.randomUUID() });
  await pause(1000);
  for (const { type, user } of bob.frames.splice(0)) {
    if (type === "member_left") seconds[user.name] = (performance.now() - pulledAt) / 1000;
  }
}
const after = await sockets();
const metrics = await (await fetch(`${server.url}/metrics`)).text();
const connections = Number(/^parley_connections (\d+)$/m.exec(metrics)?.[1]);
const result = { seconds, connections, sockets: { before, during, after } };
away.kill("SIGKILL");
await away.status;
console.log(JSON.stringify(result));

/** How many sockets the server has open. */
async function sockets(): Promise<number> {
  let count = 0;
  for await (const { name } of Deno.readDir(`/proc/${server.pid}/fd`)) {
    const target = await Deno.readLink(`/proc/${server.pid}/fd/${name}`).catch(() => "");
    if (target.startsWith("socket:")) count++;
  }
  return count;
}

async function sh(line: string): Promise<void> {
  const { success, stderr } = await new Deno.Command("sh", { args: ["-c", line] }).output();
  if (!success) throw new Error(`${line}: ${new TextDecoder().decode(stderr)}`);
}
