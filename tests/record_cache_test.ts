/** Records that are kept in memory are what the KV holds, whoever reads and writes at once. */
import assert from "node:assert/strict";
import { cacheRecords } from "@/lib/record_cache.ts";
import { between, oneOf, seeded } from "./random.ts";
import { tempKv } from "./temp.ts";

Deno.test("a record is read once, as long as nobody writes it", async () => {
  await using temp = await tempKv();
  const kv = cacheRecords(temp.kv);
  await kv.set(["user", "ann"], "Ann");
  assert.equal((await kv.get(["user", "ann"])).value, "Ann");
  await temp.kv.set(["user", "ann"], "written past the cache");
  assert.equal((await kv.get(["user", "ann"])).value, "Ann");
  await kv.set(["user", "ann"], "Anna");
  assert.equal((await kv.get(["user", "ann"])).value, "Anna");
  await kv.atomic().delete(["user", "ann"]).commit();
  assert.equal((await kv.get(["user", "ann"])).value, null);
});

Deno.test("what is not a record is read each time", async () => {
  await using temp = await tempKv();
  const kv = cacheRecords(temp.kv);
  await kv.set(["read", "ann", 1], 5);
  assert.equal((await kv.get(["read", "ann", 1])).value, 5);
  await temp.kv.set(["read", "ann", 1], 6);
  assert.equal((await kv.get(["read", "ann", 1])).value, 6);
});

Deno.test("whoever reads after a write has what was written, also what others read meanwhile", async () => {
  await using temp = await tempKv();
  const kv = cacheRecords(temp.kv);
  const random = seeded(20);
  const keys: Deno.KvKey[] = [["user", "a"], ["user", "b"], ["room", 1], ["session", "x"]];
  for (let round = 0; round < 300; round++) {
    const key = oneOf(random, keys);
    const work: Promise<unknown>[] = [];
    for (let n = between(random, 0, 5); n > 0; n--) work.push(kv.get(oneOf(random, keys)));
    const write = random() < 0.5
      ? kv.set(key, round)
      : kv.atomic().set(key, round).delete(["none", round]).commit();
    for (let n = between(random, 0, 5); n > 0; n--) work.push(kv.get(key));
    await write;
    assert.equal((await kv.get(key)).value, round);
    await Promise.all(work);
    for (const each of keys) assert.deepEqual(await kv.get(each), await temp.kv.get(each));
  }
});

Deno.test("of two who change the same record one is refused, and sees the other's", async () => {
  await using temp = await tempKv();
  const kv = cacheRecords(temp.kv);
  await kv.set(["room", 1], "tea");
  const entry = await kv.get(["room", 1]);
  const results = await Promise.all(
    ["coffee", "milk"].map((name) => kv.atomic().check(entry).set(["room", 1], name).commit()),
  );
  assert.deepEqual(results.map(({ ok }) => ok), [true, false]);
  assert.equal((await kv.get(["room", 1])).value, "coffee");
});
