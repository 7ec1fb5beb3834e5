/** A real disk that is full, for everything on it; by limits of the process: full_disk_test.ts. */
import assert from "node:assert/strict";
import { ask, guest } from "../api/ask.ts";
import { type SmallDisk, smallDisk } from "../disk.ts";
import { type Server, startServer } from "../parley.ts";
import { until } from "../temp.ts";
import { Wire } from "../wire.ts";

/** A test with a disk of its own; said aloud where there can be none. */
function onSmallDisk(promise: string, test: (disk: SmallDisk) => Promise<void>): void {
  Deno.test(promise, async () => {
    await using disk = await smallDisk(16);
    if (disk === undefined) return console.warn("SKIPPED: nothing can be mounted here (tmpfs)");
    await test(disk);
  });
}

/** Speaks until the disk has no room for more; gives the texts that were taken. */
async function speakUntilRefused(wire: Wire, taken: string[]): Promise<void> {
  for (let n = 0;; n++) {
    const text = `${taken.length} ${"x".repeat(4000)}`;
    const answer = await wire.say(text);
    if (answer.type === "error") return assert.equal(answer.code, "save_failed");
    assert.ok(n < 5000, "the disk never got full");
    taken.push(text);
  }
}

function archivedAll({ url }: Server): Promise<void> {
  return until(async () =>
    (await (await fetch(`${url}/metrics`)).text()).includes("\nparley_archive_pending 0\n")
  );
}

onSmallDisk("a full disk refuses what is new, and takes up again by itself", async (disk) => {
  const taken: string[] = [];
  {
    await using server = await startServer({ dataDir: disk.path });
    using alice = await Wire.join(server, "alice");
    using bob = await Wire.join(server, "bob");
    for (let n = 0; n < 3; n++) {
      await disk.fill();
      await speakUntilRefused(alice, taken);
      await disk.leave(8 * 1024);
      taken.push(`there is room again ${n}`);
      assert.equal((await alice.say(taken.at(-1) ?? "")).seq, taken.length);
    }
    await bob.until(() => bob.texts.length === taken.length);
    assert.deepEqual(bob.texts, taken);
    await archivedAll(server);
    await alice.close();
    await bob.close();
    assert.equal(await server.stop(), 0);
  }
  await using server = await startServer({ dataDir: disk.path });
  using carol = await Wire.join(server, "carol", { after: 0 });
  await carol.until(() => carol.texts.length === taken.length);
  assert.deepEqual(carol.texts, taken);
});

onSmallDisk("a server that was killed on a full disk starts there, and is read", async (disk) => {
  const taken: string[] = [];
  let token: string;
  {
    await using server = await startServer({ dataDir: disk.path });
    token = await guest(server, "reader");
    using alice = await Wire.join(server, "alice");
    await disk.fill();
    await speakUntilRefused(alice, taken);
    await server.kill();
  }
  await using server = await startServer({ dataDir: disk.path });
  const path = "/api/rooms/1/messages";
  const read = await ask(server, "GET", path, { token });
  assert.equal(read.status, 200);
  assert.equal(read.body.messages.at(-1)?.text, taken.at(-1));
  const refused = await ask(server, "POST", path, { token, body: { text: "y".repeat(4000) } });
  assert.equal(refused.body.error?.code, "save_failed");
  await disk.leave(8 * 1024);
  const sent = await ask(server, "POST", path, { token, body: { text: "there is room again" } });
  assert.equal(sent.status, 201);
  using carol = await Wire.join(server, "carol", { after: 0 });
  await carol.until(() => carol.texts.length === taken.length + 1);
  assert.deepEqual(carol.texts.slice(0, -1), taken);
});

onSmallDisk(
  "a first start with too little room says so in one line, however little",
  async (disk) => {
    await disk.fill();
    const dataDir = `${disk.path}/data`;
    let started = false;
    for (let free = 0; !started; free += 32) {
      await disk.leave(free);
      try {
        await using _server = await startServer({ dataDir });
        started = true;
      } catch (error) {
        const [line, ...others] = String(error).trim().split("\n");
        assert.match(line ?? "", /can't be (opened|written|used)/);
        assert.deepEqual(others, []);
      }
      await Deno.remove(dataDir, { recursive: true });
    }
  },
);
