/** One room, written by every door at once: a browser, a socket, lines, REST and a webhook. */
import assert from "node:assert/strict";
import { ask, guest } from "../api/ask.ts";
import { signIn } from "../browserless.ts";
import type { Server } from "../parley.ts";
import { until } from "../temp.ts";
import { LineClient } from "../transport/line_client.ts";
import { ports } from "../transport/ports.ts";
import { type Frame, Wire } from "../wire.ts";
import { bubbles, live, openStage, say, type Visitor } from "./people.ts";

const ROUNDS = 10;
/** What each door but the browser's says a round: nobody types so fast. */
const A_ROUND = 5;
const COUNT = ROUNDS * (1 + 4 * A_ROUND);

/** A message as an observer has it. */
interface Seen {
  readonly seq: number;
  /** Unknown to who looks at a page. */
  readonly id?: string;
  readonly text: string;
}

/** The browser's pipes outlive a test step; they end with the browser. */
const test = { sanitizeOps: false, sanitizeResources: false };

Deno.test(
  "whatever door people come by, they agree on one order, without loss or double",
  test,
  async (t) => {
    await using stage = await openStage({ env: { TCP_PORT: "0" } });
    const { server } = stage;
    const { tcp } = ports(server);
    const ann = await signIn(server, "ann");
    const { body: room } = await ask(server, "POST", "/api/rooms", {
      token: ann.token,
      body: { name: "everywhere" },
    });
    const roomId: number = room.id;
    const { body: hook } = await ask(server, "POST", `/api/rooms/${roomId}/webhooks`, {
      token: ann.token,
      body: { name: "ci" },
    });

    const typist = await stage.enter("typist");
    const onlooker = await stage.enter("onlooker");
    for (const { page } of [typist, onlooker]) {
      await page.goto(`${server.url}/rooms/${roomId}`);
      await live(page);
    }
    using socket = await ann.join(roomId);
    using batches = await Wire.join(server, "batches", { roomId, batch: true });
    using line = LineClient.open(
      tcp,
      { type: "auth", token: await guest(server, "line") },
      { type: "join", roomId },
    );
    using listener = LineClient.open(tcp, { type: "join", roomId, username: "listener" });
    for (const client of [line, listener]) await client.where(({ type }) => type === "joined");
    const rest = await guest(server, "rest");
    const restPath = `/api/rooms/${roomId}/messages`;

    const acked: Seen[] = [];
    /** Each says its texts; every one goes out twice, as from who did not hear the answer. */
    const doors: ((text: string) => Promise<unknown>)[] = [
      async (text) => {
        const frame = { type: "message", roomId, text, txnId: text };
        socket.send(frame);
        socket.send(frame);
        for (let n = 0; n < 2; n++) {
          acked.push(
            receipt(
              await socket.where(({ type, txnId }) => type === "ack" && txnId === text),
              text,
            ),
          );
        }
      },
      async (text) => {
        const frame = { type: "message", roomId, text, txnId: text };
        line.send(frame, frame);
        const acks = () =>
          line.frames.filter(({ type, txnId }) => type === "ack" && txnId === text);
        await until(() => acks().length === 2);
        acked.push(...acks().map((ack) => receipt(ack, text)));
      },
      (text) =>
        twice(async () => {
          const body = { text, txnId: text };
          const answer = await ask(server, "POST", restPath, { token: rest, body });
          acked.push(receipt(answer.body, text));
        }),
      (text) =>
        twice(async () => {
          const headers = { "idempotency-key": text };
          const answer = await ask(server, "POST", hook.path, { headers, body: { text } });
          acked.push(receipt(answer.body, text));
        }),
    ];
    const names = ["socket", "line", "rest", "webhook"];
    for (let round = 0; round < ROUNDS; round++) {
      const texts = Array.from({ length: A_ROUND }, (_, n) => round * A_ROUND + n);
      await Promise.all([
        say(typist, `browser ${round}`),
        ...doors.flatMap((door, d) => texts.map((n) => door(`${names[d]} ${n}`))),
      ]);
    }

    const log = await wholeLog(server, rest, roomId);
    await t.step("nothing is lost, nothing is there twice, no number is left out", () => {
      assert.deepEqual(log.map(({ seq }) => seq), Array.from({ length: COUNT }, (_, n) => n + 1));
      const said = [
        ...Array.from({ length: ROUNDS }, (_, n) => `browser ${n}`),
        ...names.flatMap((name) =>
          Array.from({ length: ROUNDS * A_ROUND }, (_, n) => `${name} ${n}`)
        ),
      ];
      assert.deepEqual(log.map(({ text }) => text).toSorted(), said.toSorted());
      assert.equal(new Set(log.map(({ id }) => id)).size, COUNT);
    });
    await t.step("each answer, the first and the repeated, names the message's own place", () => {
      assert.equal(acked.length, 2 * 4 * A_ROUND * ROUNDS);
      for (const ack of acked) assert.deepEqual(ack, log[ack.seq - 1]);
    });
    await t.step("what one connection says stands in the order in which it was said", () => {
      for (const name of ["browser", "socket", "line"]) {
        const own = log.map(({ text }) => text).filter((text) => text.startsWith(name));
        assert.deepEqual(own, own.map((_, n) => `${name} ${n}`));
      }
    });
    await t.step("sockets and lines heard just this", async () => {
      for (const { frames } of [socket, batches, line, listener]) {
        await until(() => messages(frames).length >= COUNT);
        assert.deepEqual(messages(frames), log);
      }
    });
    await t.step("pages show just this", async () => {
      for (const visitor of [typist, onlooker]) {
        await until(async () => await bubbles(visitor).count() >= COUNT);
        assert.deepEqual(await shown(visitor), log.map(({ seq, text }) => ({ seq, text })));
      }
      await typist.page.locator('.message[data-own]:not([data-status="sent"])')
        .waitFor({ state: "detached" });
    });
    await t.step("after a kill it is the same", async () => {
      await stage.restart();
      assert.deepEqual(await wholeLog(stage.server, rest, roomId), log);
      for (const visitor of [typist, onlooker]) {
        await live(visitor.page);
        assert.deepEqual(await shown(visitor), log.map(({ seq, text }) => ({ seq, text })));
      }
    });
    assert.deepEqual(stage.faults, []);
  },
);

async function twice(act: () => Promise<void>): Promise<void> {
  await Promise.all([act(), act()]);
}

function receipt({ seq, id }: Frame, text: string): Seen {
  return { seq, id, text };
}

function messages(frames: Frame[]): Seen[] {
  return frames.filter(({ type }) => type === "message")
    .map(({ message: { seq, id, text } }) => ({ seq, id, text }));
}

/** The room from its end to its beginning, by pages, oldest first. */
async function wholeLog(server: Server, token: string, roomId: number): Promise<Seen[]> {
  const log: Seen[] = [];
  for (let before = "", more = true; more;) {
    const path = `/api/rooms/${roomId}/messages?limit=100${before}`;
    const { body } = await ask(server, "GET", path, { token });
    log.unshift(...body.messages.map(({ seq, id, text }: Seen) => ({ seq, id, text })));
    before = `&before=${log[0]?.seq}`;
    more = body.more;
  }
  return log;
}

/** The messages of a page, as they stand there. */
function shown({ page }: Visitor): Promise<Seen[]> {
  return page.evaluate(() =>
    [...document.querySelectorAll(".message")].map((each) => ({
      seq: Number(each.id.slice(1)),
      text: each.querySelector(".text")?.textContent ?? "",
    }))
  );
}
