/** Sign-in and security: the password and the tokens, by ordinary forms. */
import { AxeBuilder } from "@axe-core/playwright";
import assert from "node:assert/strict";
import { ask } from "../api/ask.ts";
import { openStage } from "./people.ts";

const test = { sanitizeOps: false, sanitizeResources: false };

for (const javaScriptEnabled of [true, false]) {
  const how = javaScriptEnabled ? "with script" : "without script";
  Deno.test(`a token is made and revoked, and the password changed, ${how}`, test, async () => {
    await using stage = await openStage();
    const { server } = stage;
    const options = { javaScriptEnabled, viewport: { width: 360, height: 740 } };
    const { page } = await stage.enter(undefined, options);
    await page.goto(`${server.url}/register?next=/account`);
    await page.getByLabel("Your name").fill("ann");
    await page.getByLabel("Password", { exact: true }).fill("correct horse battery");
    await page.keyboard.press("Enter");

    await page.getByLabel("Make a token").fill("nightly build");
    await page.keyboard.press("Enter");
    const token = await page.getByLabel("The token is shown this once").inputValue();
    const profile = () => ask(server, "GET", "/api/profile", { token });
    assert.equal((await profile()).body.name, "ann");
    if (javaScriptEnabled) {
      const { violations } = await new AxeBuilder({ page }).analyze();
      assert.deepEqual(violations.map(({ id }) => id), []);
    }
    await page.goto(`${server.url}/account`);
    assert.equal((await page.content()).includes(token), false, "it is not shown again");
    await page.getByRole("button", { name: "Revoke the token nightly build" }).press("Enter");
    await page.getByText("nightly build").waitFor({ state: "detached" });
    assert.equal((await profile()).status, 401);

    await page.getByLabel("Your password now").fill("wrong password");
    await page.getByLabel("New password").fill("a better battery staple");
    await page.keyboard.press("Enter");
    await page.getByText("That is not your password.").waitFor();
    await page.getByLabel("Your password now").fill("correct horse battery");
    await page.getByLabel("New password").fill("a better battery staple");
    await page.keyboard.press("Enter");
    await page.getByText("Your password is changed.").waitFor();
    const body = { username: "ann", password: "a better battery staple" };
    assert.equal((await ask(server, "POST", "/api/auth/login", { body })).status, 200);
    assert.deepEqual(stage.faults, []);
  });
}
