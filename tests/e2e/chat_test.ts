/** People talk in real browsers. */
import assert from "node:assert/strict";
import { bubbles, live, openRoom, openStage, say, shows } from "./people.ts";

/** The browser's pipes outlive a test step; they end with the browser. */
const test = { sanitizeOps: false, sanitizeResources: false };

Deno.test("alice and bob talk; alice reloads, sees all three once, and leaves", test, async () => {
  await using stage = await openStage();
  const bob = await stage.enter("bob");
  await openRoom(bob, "lobby");
  const alice = await stage.enter("alice");
  await openRoom(alice, "lobby");
  await bob.page.locator("aside.members").getByText("alice").waitFor();
  await alice.page.locator("aside.members").getByText("bob").waitFor();

  const texts = ["hello bob", "hello alice", "how are you?"];
  await say(alice, "hello bob");
  await shows(bob, texts.slice(0, 1));
  await say(bob, "hello alice");
  await shows(alice, texts.slice(0, 2));
  await say(alice, "how are you?");
  await shows(bob, texts);
  await shows(alice, texts);
  await alice.page.locator('.message[data-own][data-status="sent"]').nth(1).waitFor();

  await alice.page.reload();
  await live(alice.page);
  await shows(alice, texts);

  await alice.page.getByRole("button", { name: "Leave" }).click();
  await alice.page.getByRole("heading", { name: "Hello, alice" }).waitFor();
  await bob.page.locator("aside.members").getByText("alice").waitFor({ state: "detached" });
  assert.deepEqual(stage.faults, []);
});

Deno.test("who types is seen typing, and who has another name is told apart", test, async () => {
  await using stage = await openStage();
  const [ann, ben] = [await stage.enter("ann"), await stage.enter("ben")];
  for (const person of [ann, ben]) await openRoom(person, "lobby");
  await ann.page.getByLabel("Message to lobby").pressSequentially("so");
  await ben.page.getByText(/ann is typing/).waitFor();
  await ann.page.keyboard.press("Enter");
  await ben.page.getByText(/ann is typing/).waitFor({ state: "detached" });
  await shows(ben, ["so"]);
  assert.equal(await ben.page.locator(".message[data-own]").count(), 0);
  assert.equal(await ann.page.locator(".message[data-own]").count(), 1);
});

Deno.test("a 1:1 room is the two people's alone", test, async () => {
  await using stage = await openStage();
  const [ann, ben, eve] = [
    await stage.enter("ann"),
    await stage.enter("ben"),
    await stage.enter("eve"),
  ];
  await openRoom(ben, "lobby");
  await ann.page.reload();
  await ann.page.getByRole("button", { name: /ben/ }).click();
  await live(ann.page);
  await ben.page.goto(`${stage.server.url}/`);
  await openRoom(ben, "ann");
  assert.equal(new URL(ben.page.url()).pathname, new URL(ann.page.url()).pathname);
  await say(ann, "only for you");
  await shows(ben, ["only for you"]);

  const answer = await eve.page.goto(ann.page.url());
  assert.equal(answer?.status(), 404);
  assert.equal((await eve.page.content()).includes("only for you"), false);
  await eve.page.goto(`${stage.server.url}/`);
  assert.equal(await eve.page.getByRole("link", { name: "ann" }).count(), 0);
});

Deno.test("a group is made, found by others, and its name given once", test, async () => {
  await using stage = await openStage();
  const ann = await stage.enter("ann");
  await ann.page.getByLabel("New group").fill("Tea & cake");
  await ann.page.getByRole("button", { name: "Make" }).click();
  await live(ann.page);
  await ann.page.getByText("Nothing said yet").waitFor();
  const ben = await stage.enter("ben");
  await ben.page.getByLabel("New group").fill("tea & CAKE");
  await ben.page.getByRole("button", { name: "Make" }).click();
  await ben.page.getByText("There is a group named tea & CAKE already.").waitFor();
  await openRoom(ben, "Tea & cake");
  await say(ben, "found it");
  await shows(ann, ["found it"]);
});

Deno.test("a name that somebody holds is refused with a clear message", test, async () => {
  await using stage = await openStage();
  await stage.enter("ann");
  const other = await stage.enter();
  await other.page.getByLabel("Your name").fill("ANN");
  await other.page.getByRole("button", { name: "Start talking" }).click();
  await other.page.getByText("That name is taken. Choose another one.").waitFor();
  assert.equal(await other.page.getByLabel("Your name").inputValue(), "ANN");
});

Deno.test("text is text: markup in names and messages does nothing", test, async () => {
  await using stage = await openStage();
  const name = "<img src=x onerror=p()>";
  const mallory = await stage.enter(name);
  await mallory.page.getByLabel("New group").fill("<script>p()</script>");
  await mallory.page.getByRole("button", { name: "Make" }).click();
  await live(mallory.page);
  const texts = [
    "<script>p()</script>",
    "<img src=x onerror=p()>",
    "</script><!-- $& \u2028 '\"",
    "javascript:p() data:text/html,x",
  ];
  for (const text of texts) await say(mallory, text);
  const ann = await stage.enter("ann");
  await ann.page.exposeFunction("p", () => stage.faults.push("a script of a message ran"));
  await openRoom(ann, "<script>");
  await shows(ann, texts);
  await ann.page.reload();
  await live(ann.page);
  await shows(ann, texts);
  assert.equal(await ann.page.locator(".bubble a, .bubble img, .bubble script").count(), 0);
  await ann.page.locator(".message-by").getByText(name).waitFor();
  assert.deepEqual(stage.faults, []);
});

Deno.test(
  "history is readable, and names can be chosen, before any script runs",
  test,
  async () => {
    await using stage = await openStage();
    const ann = await stage.enter("ann");
    await openRoom(ann, "lobby");
    await say(ann, "for everybody");
    await shows(ann, ["for everybody"]);
    const plain = await stage.enter("no script", { javaScriptEnabled: false });
    await plain.page.getByRole("link", { name: "lobby" }).first().click();
    await plain.page.getByText("for everybody").waitFor();
    assert.deepEqual(await bubbles(plain).allTextContents(), ["for everybody"]);
  },
);
