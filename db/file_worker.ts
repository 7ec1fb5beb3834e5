/** The worker that a libSQL file lives in. */
import { type Client, createClient } from "@libsql/client";
import { readWith, writeWith } from "./client.ts";
import type { Row } from "./database.ts";
import type { Answer, Question } from "./file_database.ts";

/** How long to wait for another process that writes, in milliseconds. */
const BUSY_MS = 5000;

let opened: Promise<Client> | undefined;
/** Questions are answered one after the other: a client must not write twice at once. */
let queue: Promise<void> = Promise.resolve();

self.onmessage = ({ data }: MessageEvent<{ id: number; url: string; question: Question }>) => {
  const { id, url, question } = data;
  queue = queue.then(async () => self.postMessage(await answer(id, url, question)));
};

async function answer(id: number, url: string, question: Question): Promise<Answer> {
  try {
    if ("close" in question) return { id, rows: await close() };
    return { id, rows: await perform(await open(url), question) };
  } catch (error) {
    return { id, error: error instanceof Error ? error.message : String(error) };
  }
}

async function perform(
  client: Client,
  question: Exclude<Question, { close: true }>,
): Promise<Row[]> {
  if ("read" in question) return await readWith(client, question.read.sql, question.read.args);
  await writeWith(client, question.write);
  return [];
}

async function close(): Promise<Row[]> {
  (await opened)?.close();
  return [];
}

/** Opens the file once; when that fails the next question tries again. */
function open(url: string): Promise<Client> {
  opened ??= connect(url).catch((error) => {
    opened = undefined;
    throw error;
  });
  return opened;
}

async function connect(url: string): Promise<Client> {
  const client = createClient({ url, timeout: BUSY_MS });
  await client.execute("PRAGMA journal_mode = WAL");
  // The journal lets an event go once the archive has it: a commit must survive a power cut.
  await client.execute("PRAGMA synchronous = FULL");
  return client;
}
