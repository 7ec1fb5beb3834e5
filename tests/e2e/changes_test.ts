/** People change what they said, and say what they think of it. */
import { AxeBuilder } from "@axe-core/playwright";
import assert from "node:assert/strict";
import { live, openRoom, openStage, say, shows, type Visitor } from "./people.ts";

const test = { sanitizeOps: false, sanitizeResources: false };
const GONE = "This message was deleted.";

/** Opens the menu of the message that says this. */
async function openMenu({ page }: Visitor, text: string): Promise<void> {
  const message = page.locator(".message", { has: page.locator(".bubble", { hasText: text }) });
  await message.first().hover();
  await message.first().getByRole("button", { name: /What to do/ }).click();
  await page.getByRole("dialog", { name: "This message" }).waitFor();
}

async function assertAccessible({ page }: Visitor, where: string): Promise<void> {
  // A colour on its way is neither the one nor the other.
  await page.evaluate(() =>
    Promise.all(
      document.getAnimations().filter((each) => each instanceof CSSTransition)
        .map(({ finished }) => finished.catch(() => {})),
    )
  );
  const { violations } = await new AxeBuilder({ page }).analyze();
  const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join()}`);
  assert.deepEqual(found, [], where);
}

/** Waits until this stands in the composer. */
async function written({ page }: Visitor, text: string): Promise<void> {
  await page.waitForFunction((text) => document.querySelector("textarea")?.value === text, text);
}

Deno.test(
  "edit, react, answer and delete: everybody sees it, also after a reload",
  test,
  async () => {
    await using stage = await openStage();
    const ann = await stage.enter("ann");
    const bob = await stage.enter("bob");
    for (const person of [ann, bob]) await openRoom(person, "lobby");
    await say(ann, "helo bob");
    await shows(bob, ["helo bob"]);

    // By keyboard: the last own message, from an empty composer.
    await ann.page.getByLabel(/^Message to/).press("ArrowUp");
    await ann.page.getByText("Editing").waitFor();
    await ann.page.keyboard.press("Escape");
    await written(ann, "");
    await ann.page.getByLabel(/^Message to/).press("ArrowUp");
    await ann.page.getByText("Editing").waitFor();
    await assertAccessible(ann, "while editing");
    await say(ann, "hello bob");
    await shows(bob, ["hello bob"]);
    await bob.page.getByText("edited").waitFor();
    await written(ann, "");

    await openMenu(bob, "hello bob");
    await assertAccessible(bob, "the menu of a message");
    assert.equal(await bob.page.getByRole("button", { name: "Edit" }).count(), 0, "it is ann's");
    await bob.page.getByRole("button", { name: "React with 👍" }).click();
    const thumb = ann.page.getByRole("button", { name: "👍 1: bob" });
    await thumb.click();
    await bob.page.getByRole("button", { name: "👍 2: ann, you" }).waitFor();
    await ann.page.getByRole("button", { name: "👍 2: you, bob", pressed: true }).click();
    await bob.page.getByRole("button", { name: "👍 1: you" }).waitFor();

    await openMenu(bob, "hello bob");
    await bob.page.getByLabel("Another emoji").fill("no emoji");
    await bob.page.getByRole("button", { name: "React", exact: true }).click();
    await bob.page.getByRole("alert").getByText(/not one emoji/).waitFor();
    await bob.page.getByRole("button", { name: "Close" }).last().click();

    await openMenu(bob, "hello bob");
    await bob.page.getByRole("button", { name: "Reply" }).click();
    await bob.page.getByText("Answering ann").waitFor();
    await say(bob, "hello ann");
    await ann.page.locator(".quote", { hasText: "hello bob" }).waitFor();
    await assertAccessible(ann, "a room with all of it");

    await openMenu(ann, "hello bob");
    await ann.page.getByRole("button", { name: "Delete…" }).click();
    await ann.page.getByRole("button", { name: "Delete it for everybody" }).click();
    await bob.page.locator(".bubble").getByText(GONE).first().waitFor();
    assert.equal(await bob.page.getByText("hello bob").count(), 0, "nor in what answers it");
    await bob.page.reload();
    await live(bob.page);
    assert.equal(await bob.page.getByText("hello bob").count(), 0);
    await assertAccessible(bob, "a room with a deleted message");
    assert.deepEqual(stage.faults, []);
  },
);

Deno.test("an edit that can't be done keeps what was written", test, async () => {
  await using stage = await openStage({ env: { MAX_TEXT_LENGTH: "20" } });
  const ann = await stage.enter("ann");
  await openRoom(ann, "lobby");
  await say(ann, "short");
  await ann.page.locator('[data-status="sent"]').waitFor();
  await ann.page.getByLabel(/^Message to/).fill("begun");
  await openMenu(ann, "short");
  await ann.page.getByRole("button", { name: "Edit" }).click();
  await say(ann, "x".repeat(21));
  await ann.page.getByRole("alert").getByText(/longer than 20/).waitFor();
  const field = ann.page.getByLabel(/^Message to/);
  await written(ann, "x".repeat(21));
  await field.press("Escape");
  // What was begun before comes back.
  await written(ann, "begun");
});
