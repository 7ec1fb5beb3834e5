/** What every journal promises (`lib/journal/journal.ts`): one suite for all of them. */
import assert from "node:assert/strict";
import type { Journal } from "@/lib/journal/journal.ts";
import { TestWriter } from "./journal/writer.ts";
import { until } from "./temp.ts";
import { textOf } from "./log_events.ts";

/** A journal under test, and a way to close it and open what it stored again. */
export interface JournalFixture extends AsyncDisposable {
  journal: Journal;
  reopen(): Promise<Journal>;
}

const nothingArchived = () => Promise.resolve(undefined);
const START = { epoch: "e1", head: 0, archived: 0, inherited: 0 };
const ordered = (n: number) => `0192f0c1-7e1e-7c3e-8e1e-${String(n).padStart(12, "0")}`;

/** Registers the suite for one implementation. */
export function journalSuite(name: string, open: () => Promise<JournalFixture>): void {
  const test = (promise: string, body: (fixture: JournalFixture) => Promise<void>) =>
    Deno.test(`${name}: ${promise}`, async () => {
      await using fixture = await open();
      await body(fixture);
    });

  function write(journal: Journal, writer: TestWriter, ...texts: string[]) {
    for (const text of texts) writer.queue.push({ text });
    journal.schedule(writer);
  }

  test("what was committed is there after it was closed and opened", async (fixture) => {
    const { journal } = fixture;
    const writer = new TestWriter(7);
    journal.create(7, START);
    write(journal, writer, "one", "two");
    await journal.idle();
    const log = await (await fixture.reopen()).load(7, nothingArchived);
    assert.deepEqual(log?.state, { epoch: "e1", head: 2, archived: 0, inherited: 0 });
    assert.deepEqual(log?.events.map(textOf), ["one", "two"]);
  });

  test("a room it never heard of has no log", async ({ journal }) => {
    assert.equal(await journal.load(99, nothingArchived), undefined);
  });

  test("all that waits while a commit is in flight becomes one group", async ({ journal }) => {
    const [a, b] = [new TestWriter(1), new TestWriter(2)];
    journal.create(1, START);
    journal.create(2, START);
    write(journal, a, "first");
    for (let n = 0; n < 40; n++) write(journal, n % 2 ? a : b, `text ${n}`);
    await journal.idle();
    assert.deepEqual(a.groups, [1, 20]);
    assert.deepEqual(b.groups, [20]);
  });

  test("numbers have no hole, however large the group", async ({ journal }) => {
    const writer = new TestWriter(1);
    journal.create(1, START);
    const texts = Array.from({ length: 3000 }, (_, n) => `${n} ${"é日".repeat(100)}`);
    write(journal, writer, ...texts);
    await journal.idle();
    assert.deepEqual(writer.stored, texts.map((text, n) => ({ seq: n + 1, text })));
    assert.ok(writer.groups.length > 1, "a group larger than an atomic is split");
  });

  test("many rooms at once all get their turn", async ({ journal }) => {
    const writers = Array.from({ length: 900 }, (_, n) => new TestWriter(n + 1));
    for (const { roomId } of writers) journal.create(roomId, START);
    for (const writer of writers) write(journal, writer, "a", "b");
    await journal.idle();
    for (const { stored } of writers) assert.equal(stored.length, 2);
  });

  test("the longest text that fits a frame can be stored", async (fixture) => {
    const { journal } = fixture;
    const writer = new TestWriter(1);
    journal.create(1, START);
    const texts = ["\u0001".repeat(10_000), "日".repeat(10_000), "😀".repeat(5000)];
    write(journal, writer, ...texts);
    await journal.idle();
    const log = await (await fixture.reopen()).load(1, nothingArchived);
    assert.deepEqual(log?.events.map(textOf), texts);
  });

  test("archived entries go, recent ones stay, numbers go on", async (fixture) => {
    const { journal } = fixture;
    const writer = new TestWriter(1);
    journal.create(1, START);
    for (const text of ["a", "b", "c", "d"]) {
      write(journal, writer, text);
      await journal.idle();
    }
    journal.trim(writer, 4, 2);
    await journal.idle();
    assert.equal(writer.trimmedTo, 2);
    const log = await (await fixture.reopen()).load(1, nothingArchived);
    assert.deepEqual(log?.state, { epoch: "e1", head: 4, archived: 4, inherited: 0 });
    assert.deepEqual(log?.events.map(({ seq }) => seq), [3, 4]);
  });

  test("rooms with events that are not archived are known after a crash", async (fixture) => {
    const { journal } = fixture;
    const [dirty, clean] = [new TestWriter(1), new TestWriter(2)];
    journal.create(1, START);
    journal.create(2, START);
    write(journal, dirty, "a");
    write(journal, clean, "a");
    await journal.idle();
    journal.trim(clean, 1, 1);
    await journal.idle();
    assert.deepEqual(await (await fixture.reopen()).unarchived(), [1]);
  });

  test("an opaque txnId is known for ever, also when its event is gone", async (fixture) => {
    const { journal } = fixture;
    const writer = new TestWriter(1);
    journal.create(1, START);
    writer.queue.push({ text: "a", txnId: "my-id" });
    write(journal, writer);
    await journal.idle();
    journal.trim(writer, 1, 1);
    await journal.idle();
    const again = await fixture.reopen();
    await again.load(1, nothingArchived);
    again.create(2, START);
    const receipt = { id: "id-1-1", seq: 1, ts: 1 };
    assert.deepEqual(await again.receipt(1, "ann", "my-id"), receipt);
    assert.equal(await again.receipt(1, "bob", "my-id"), undefined);
    assert.equal(await again.receipt(2, "ann", "my-id"), undefined);
  });

  test("once a user's opaque txnIds were looked up, a new one is known as such", async (fixture) => {
    const { journal } = fixture;
    const writer = new TestWriter(1);
    journal.create(1, START);
    const ids = Array.from({ length: 400 }, (_, n) => `id ${n}`);
    for (const txnId of ids) writer.queue.push({ text: "a", txnId });
    write(journal, writer);
    await journal.idle();
    // Some of them before it is looked up, the others after it.
    journal.trim(writer, 400, 200);
    await journal.idle();
    assert.equal(journal.isUnused(1, "ann", "new"), false);
    const [first, second] = await Promise.all([
      journal.receipt(1, "ann", ids[0] as string),
      journal.receipt(1, "ann", ids[1] as string),
    ]);
    assert.deepEqual([first?.seq, second?.seq], [1, 2]);
    assert.equal(journal.isUnused(1, "ann", "new"), true);
    journal.trim(writer, 400, 400);
    await journal.idle();
    for (const [index, txnId] of ids.entries()) {
      assert.equal(journal.isUnused(1, "ann", txnId), false);
      assert.equal((await journal.receipt(1, "ann", txnId))?.seq, index + 1);
    }
  });

  test("the greatest time-ordered txnId of what is gone never shrinks", async (fixture) => {
    const { journal } = fixture;
    const writer = new TestWriter(1);
    journal.create(1, START);
    for (const n of [5, 3]) {
      writer.queue.push({ text: "a", txnId: ordered(n) });
      write(journal, writer);
      await journal.idle();
      journal.trim(writer, writer.head, writer.head);
      await journal.idle();
    }
    const again = await fixture.reopen();
    await again.load(1, nothingArchived);
    assert.equal(await again.greatestTxn(1, "ann"), ordered(5));
    assert.equal(await again.greatestTxn(1, "bob"), "");
  });

  test("a log is forgotten only when nothing of it is on its way", async ({ journal }) => {
    const writer = new TestWriter(1);
    journal.create(1, START);
    write(journal, writer, "a");
    assert.equal(journal.unload(writer), false);
    await until(() => writer.head === 1);
    await journal.idle();
    assert.equal(journal.unload(writer), false, "not archived yet");
    journal.trim(writer, 1, 0);
    await journal.idle();
    assert.equal(journal.unload(writer), true);
    assert.equal((await journal.load(1, nothingArchived))?.state.head, 1);
  });
}
