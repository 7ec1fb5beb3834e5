/** People with a browser: each has a context of their own, as on a machine of their own. */
import type {
  Browser,
  BrowserContext,
  BrowserContextOptions,
  Locator,
  Page,
} from "playwright-core";
import { launch } from "../browser.ts";
import { type Server, type ServerOptions, startServer } from "../parley.ts";

/** Somebody at a browser. */
export interface Visitor {
  readonly page: Page;
  readonly context: BrowserContext;
}

/** A server and a browser. */
export interface Stage extends AsyncDisposable {
  readonly server: Server;
  readonly browser: Browser;
  /** Opens the home page; with a name, takes it there. */
  enter(name?: string, options?: BrowserContextOptions): Promise<Visitor>;
  /** Ends the server and starts it again at the same address. */
  restart(env?: Record<string, string>): Promise<void>;
  /** What went wrong in any page: errors of scripts, and what the policy refused. */
  readonly faults: string[];
}

/** Starts a server of its own and a browser. */
export async function openStage(options: ServerOptions = {}): Promise<Stage> {
  const first = await startServer(options);
  const { dataDir, url } = first;
  let server = first;
  const browser = await launch();
  const faults: string[] = [];
  return {
    get server() {
      return server;
    },
    browser,
    faults,
    async enter(name, contextOptions) {
      const context = await browser.newContext(contextOptions);
      const page = await context.newPage();
      page.on("pageerror", (error) => faults.push(String(error)));
      page.on("console", (message) => {
        const text = message.text();
        // A server that is away is part of some tests.
        if (message.type() === "error" && !/ERR_|status of \d+|WebSocket connection/.test(text)) {
          faults.push(text);
        }
      });
      await page.goto(`${url}/`);
      if (name !== undefined) {
        await page.getByLabel("Your name").fill(name);
        await page.getByRole("button", { name: "Start talking" }).click();
        await page.getByRole("heading", { name: `Hello, ${name}` }).waitFor();
      }
      return { page, context };
    },
    async restart(env = {}) {
      await server.kill();
      const { port } = new URL(url);
      server = await startServer({ dataDir, env: { ...options.env, ...env, PORT: port } });
    },
    async [Symbol.asyncDispose]() {
      await browser.close();
      await server.kill();
      // The folder goes with the server that it was made for.
      await first[Symbol.asyncDispose]();
    },
  };
}

/** Opens a room from the home page and waits until it is live. */
export async function openRoom({ page }: Visitor, name: string): Promise<void> {
  await page.getByRole("link", { name }).first().click();
  await live(page);
}

/** Waits until the room is joined. */
export async function live(page: Page): Promise<void> {
  await page.locator('.chat[data-link="online"]').waitFor();
}

/** Types a message and sends it by Enter. */
export async function say({ page }: Visitor, text: string): Promise<void> {
  await page.getByLabel(/^Message to/).fill(text);
  await page.keyboard.press("Enter");
}

/** The messages that a page shows. */
export function bubbles({ page }: Visitor): Locator {
  return page.locator(".message .text");
}

/** Waits until a page shows just these messages. */
export async function shows(visitor: Visitor, texts: string[]): Promise<void> {
  await visitor.page.waitForFunction(
    (expected) => {
      const shown = [...document.querySelectorAll(".message .text")].map((each) =>
        each.textContent
      );
      return JSON.stringify(shown) === JSON.stringify(expected);
    },
    texts,
  ).catch(async () => {
    const shown = await bubbles(visitor).allTextContents();
    throw new Error(`expected ${JSON.stringify(texts)}, the page shows ${JSON.stringify(shown)}`);
  });
}
