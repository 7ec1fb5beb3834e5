/** Passkeys, with an authenticator that the browser plays. */
import assert from "node:assert/strict";
import { assertAccessible } from "./accessible.ts";
import { openStage } from "./people.ts";

const test = { sanitizeOps: false, sanitizeResources: false };
const PASSWORD = "a good password";

Deno.test("a passkey is made, signs in, and once removed does not", test, async () => {
  await using stage = await openStage();
  // A passkey belongs to a domain, not to an address.
  const url = stage.server.url.replace("127.0.0.1", "localhost");
  const { page, context } = await stage.enter();
  const devtools = await context.newCDPSession(page);
  await devtools.send("WebAuthn.enable");
  await devtools.send("WebAuthn.addVirtualAuthenticator", {
    options: {
      protocol: "ctap2",
      transport: "internal",
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  const signIn = page.getByRole("button", { name: "Sign in with a passkey" });

  await page.goto(`${url}/register`);
  await page.getByLabel("Your name").fill("ann");
  await page.getByLabel("Password").fill(PASSWORD);
  await page.getByRole("button", { name: "Make the account" }).click();
  await page.getByRole("heading", { name: "Hello, ann" }).waitFor();
  await page.goto(`${url}/account`);
  await page.getByRole("button", { name: "Add a passkey" }).click();
  await page.getByRole("button", { name: /Remove the passkey/ }).waitFor();
  await assertAccessible(page, "/account with a passkey");

  await page.goto(`${url}/`);
  await page.getByRole("button", { name: "Log out" }).click();
  await page.goto(`${url}/login`);
  await assertAccessible(page, "/login");
  const answers: string[] = [];
  page.on("request", (request) => {
    if (request.url().endsWith("/api/auth/passkey")) answers.push(request.postData() ?? "");
  });
  await signIn.click();
  await page.getByRole("heading", { name: "Hello, ann" }).waitFor();

  // The answer that was right just now is worth nothing any more.
  const replay = await fetch(`${url}/api/auth/passkey`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: answers[0],
  });
  assert.equal(replay.status, 403, await replay.text());

  await page.goto(`${url}/account`);
  await page.getByRole("button", { name: /Remove the passkey/ }).click();
  await page.getByRole("button", { name: /Remove the passkey/ }).waitFor({ state: "detached" });
  await page.goto(`${url}/`);
  await page.getByRole("button", { name: "Log out" }).click();
  await page.goto(`${url}/login`);
  await signIn.click();
  await page.getByText("This passkey is not known here.").waitFor();
  assert.deepEqual(stage.faults, []);
});
