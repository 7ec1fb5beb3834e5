/** A pulled cable: nobody is told, and the server finds out within the time that it promises. */
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";

/** A network of its own, where the machine allows one, also to who is not root. */
const ALONE = ["unshare", "--map-root-user", "--net"];
/** What docs/protocol.md promises, in seconds: two pings of the socket, five minutes of the lines. */
const PROMISED = { "by socket": 60, "by lines": 300 };
/** A busy machine takes its time. */
const SLACK = 15;

async function run(...command: string[]) {
  const [program = "", ...args] = [...ALONE, ...command];
  const { success, stdout, stderr } = await new Deno.Command(program, { args }).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { success, stdout: text(stdout), stderr: text(stderr) };
}

Deno.test({
  name: "whose cable is pulled is gone within the time that the protocol says, and leaves nothing",
  // Five minutes: `FAULTS=long` runs it.
  ignore: Deno.env.get("FAULTS") !== "long",
  async fn() {
    const cable = await run("ip", "link", "add", "a1", "type", "veth", "peer", "name", "b1")
      .catch(() => ({ success: false }));
    if (!cable.success) return console.warn("SKIPPED: no cables can be laid here (unshare, ip)");
    const script = fileURLToPath(new URL("half_open.ts", import.meta.url));
    const patience = String(PROMISED["by lines"] + SLACK);
    const { stdout, stderr } = await run(Deno.execPath(), "run", "-A", script, patience);
    assert.ok(stdout !== "", stderr);
    console.log(stdout.trim());
    const { seconds, connections, sockets } = JSON.parse(stdout);
    for (const [name, promised] of Object.entries(PROMISED)) {
      assert.ok(seconds[name] > 0 && seconds[name] < promised + SLACK, `${name}: ${seconds[name]}`);
    }
    assert.equal(connections, 1);
    assert.equal(sockets.during, sockets.before + 2);
    assert.equal(sockets.after, sockets.before);
  },
});
