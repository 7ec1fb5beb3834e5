/** The sample app's islands in a real browser. */
import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { launch } from "../browser.ts";
import { type Sample, serveSample } from "./sample.ts";

/** A test with a page, which must not have complained at its end. */
function pageTest(name: string, check: (page: Page, sample: Sample) => Promise<void>): void {
  Deno.test(`in a browser, ${name}`, async () => {
    await using sample = await serveSample();
    const browser = await launch();
    try {
      const page = await browser.newPage();
      const complaints: string[] = [];
      page.on("pageerror", (error) => complaints.push(String(error)));
      page.on("console", (message) => {
        const isMissingIcon = message.location().url.endsWith("/favicon.ico");
        if (/error|warning/.test(message.type()) && !isMissingIcon) complaints.push(message.text());
      });
      await check(page, sample);
      assert.deepEqual(complaints, []);
    } finally {
      await browser.close();
    }
  });
}

/** An island is live when its effects have run. */
const LIVE = '.counter[data-live="true"]';

pageTest("islands come alive with their props", async (page, { url }) => {
  await page.goto(url);
  await page.locator(LIVE).waitFor();
  const counter = page.locator(".counter");
  assert.equal(await counter.getAttribute("data-when"), "1970-01-01T00:00:00.000Z");
  assert.equal(
    await page.locator(".counter .label").textContent(),
    "</script><!-- \u2028 $& '\"",
  );
  await page.click(".counter button");
  await page.click(".counter button");
  assert.equal(await page.locator(".counter output").textContent(), "5");
});

pageTest("signals, WebSockets, IS_BROWSER and Head work in islands", async (page, { url }) => {
  await page.goto(url);
  await page.locator(LIVE).waitFor();
  await page.click(".ticker");
  assert.equal(await page.locator(".ticker").textContent(), "8");
  await page.locator(".echo li").nth(1).waitFor();
  assert.deepEqual(await page.locator(".echo li").allTextContents(), ["hello", "echo:ping"]);
  assert.equal(await page.locator(".echo span").textContent(), "browser");
  assert.equal(await page.title(), "echo 2");
});

pageTest("two of one island have each their own state", async (page, { url }) => {
  await page.goto(`${url}/rooms/lobby`);
  await page.locator(LIVE).nth(1).waitFor();
  await page.locator(".counter button").nth(1).click();
  assert.deepEqual(await page.locator(".counter output").allTextContents(), ["1", "3"]);
});

pageTest("an island adds no element of its own", async (page, { url }) => {
  await page.goto(url);
  await page.locator(LIVE).waitFor();
  assert.equal(await page.locator("main > .counter").count(), 1);
});

pageTest("a page without islands loads no JavaScript", async (page, { url }) => {
  const scripts: string[] = [];
  page.on("request", (request) => {
    if (request.resourceType() === "script") scripts.push(request.url());
  });
  await page.goto(`${url}/admin?as=root`, { waitUntil: "networkidle" });
  assert.deepEqual(scripts, []);
});

pageTest("every kind of value that an island may be given arrives", async (page, sample) => {
  await page.goto(`${sample.url}/props`, { waitUntil: "networkidle" });
  const server = await page.locator(".described pre").textContent();
  assert.match(server ?? "", /Date 1970.*__proto__|__proto__.*Date 1970/s);
  await page.click(".described button");
  assert.equal(await page.locator(".described output").textContent(), server);
});

pageTest(
  "islands and inline code with a nonce live under a strict policy",
  async (page, sample) => {
    await page.goto(`${sample.url}/strict`);
    await page.click(".ticker");
    await page.getByText("2").waitFor();
    const colour = await page.locator(".ticker").evaluate((element) =>
      getComputedStyle(element).color
    );
    assert.equal(colour, "rgb(1, 2, 3)");
    assert.equal(await page.title(), "42");
  },
);
