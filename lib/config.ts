/** The configuration: environment variables in, one checked and typed object out (PROTOCOL §1). */
import { join } from "node:path";
import { z } from "zod";
import { fileUrl } from "../db/file_url.ts";

const count = (min: number, max: number) =>
  z.string().regex(/^\d+$/, "must be a whole number").transform(Number)
    .pipe(z.int().min(min).max(max));
const port = count(0, 65_535);
const flag = z.enum(["true", "false", "1", "0"], "must be true or false")
  .transform((text) => text === "true" || text === "1");
const origin = z.string().trim().refine(
  (text) => URL.canParse(text) && new URL(text).origin === text,
  "must be origins such as https://chat.example.org",
);

const environment = z.object({
  HOST: z.string().default("127.0.0.1"),
  PORT: port.default(8000),
  TCP_PORT: port.optional(),
  UDP_PORT: port.optional(),
  TLS_CERT: z.string().optional(),
  TLS_KEY: z.string().optional(),
  DATA_DIR: z.string().default("./data"),
  LIBSQL_URL: z.string().regex(
    /^(file:.|(https?|wss?|libsql):\/\/[^/])/,
    "must be a file:, http(s)://, ws(s):// or libsql:// address",
  ).refine(
    (url) =>
      url.startsWith("file:")
        ? !url.includes(":memory:")
        : URL.canParse(url.replace(/^\w+/, "https")),
    "must lead somewhere that keeps what it is given",
  ).optional(),
  LIBSQL_AUTH_TOKEN: z.string().optional(),
  JWT_SECRET: z.string().min(32, "must have 32 characters or more").optional(),
  KV_URL: z.string().optional(),
  ALLOW_GUESTS: flag.default(true),
  ALLOW_REGISTRATION: flag.default(true),
  TRUST_PROXY: flag.default(false),
  ALLOW_PRIVATE_WEBHOOKS: flag.default(false),
  RECENT_EVENTS: count(1, 10_000).default(100),
  FLUSH_MESSAGES: count(1, 100_000).default(10),
  FLUSH_MS: count(1, 3_600_000).default(5000),
  RATE_MESSAGES_PER_SECOND: count(0, 1_000_000).default(20),
  MAX_FRAME_BYTES: count(1024, 16_777_216).default(65_536),
  // A journal entry holds at most 65,536 bytes, and JSON may need six for one character.
  MAX_TEXT_LENGTH: count(1, 10_000).default(8000),
  ALLOWED_ORIGINS: z.string().transform((list) => list.split(",")).pipe(z.array(origin)).default(
    [],
  ),
  LOG_FORMAT: z.enum(["pretty", "json"]).optional(),
  LOG_LEVEL: z.enum(["debug", "info", "warn", "error"]).default("info"),
});

/** Everything that can be set from outside. */
export interface Config {
  readonly host: string;
  readonly port: number;
  /** Of the gateway of lines; undefined: there is none. */
  readonly tcpPort: number | undefined;
  /** Of the gateway of datagrams; undefined: there is none. */
  readonly udpPort: number | undefined;
  /** Files in PEM format, with which the TCP gateway speaks TLS. */
  readonly tls: { readonly cert: string; readonly key: string } | undefined;
  readonly dataDir: string;
  /** False where everything is kept elsewhere, as on Deno Deploy. */
  readonly keepsFiles: boolean;
  readonly libsqlUrl: string;
  readonly libsqlAuthToken: string | undefined;
  /** Signs access tokens; undefined where it is made and kept in `dataDir`. */
  readonly jwtSecret: string | undefined;
  /** A path or KV Connect URL; undefined lets the platform choose (Deno Deploy). */
  readonly kvUrl: string | undefined;
  /** Whether other processes may write to the same Deno KV. */
  readonly sharesKv: boolean;
  readonly allowGuests: boolean;
  readonly allowRegistration: boolean;
  /** Whether `X-Forwarded-For` and `X-Forwarded-Proto` are a proxy's of our own. */
  readonly trustProxy: boolean;
  /** Whether outgoing webhooks may lead into the server's own network. */
  readonly allowPrivateWebhooks: boolean;
  /** Events kept per room in memory and in the journal. */
  readonly recentEvents: number;
  /** This many waiting events are archived at once … */
  readonly flushMessages: number;
  /** … or this many milliseconds after the first. */
  readonly flushMs: number;
  /** Per user; 0 is no limit. */
  readonly messagesPerSecond: number;
  readonly maxFrameBytes: number;
  /** UTF-16 code units. */
  readonly maxTextLength: number;
  /** Beside the server's own origin. */
  readonly allowedOrigins: readonly string[];
  readonly logFormat: "pretty" | "json";
  readonly logLevel: "debug" | "info" | "warn" | "error";
}

/** The configuration cannot be used; the message is one line for the person who starts the server. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
}

/** The variables that a configuration is read from, and no others: a process may be denied the rest. */
export function environmentVariables(): Record<string, string | undefined> {
  const names = [...Object.keys(environment.shape), "DENO_DEPLOYMENT_ID"];
  return Object.fromEntries(names.map((name) => [name, Deno.env.get(name)]));
}

/**
 * Reads the configuration from environment variables.
 * An empty variable counts as unset. On Deno Deploy nothing is kept in files.
 *
 * @throws {ConfigError} naming every variable that has a bad value
 */
export function readConfig(env: Record<string, string | undefined>): Config {
  const set = Object.fromEntries(Object.entries(env).filter(([, value]) => value));
  const parsed = environment.safeParse(set);
  if (!parsed.success) {
    const faults = parsed.error.issues.map((issue) =>
      `${issue.path[0]?.toString()}: ${issue.message}`
    );
    throw new ConfigError(`The configuration cannot be used. ${faults.join("; ")}`);
  }
  const values = parsed.data;
  const onDeploy = set.DENO_DEPLOYMENT_ID !== undefined;
  if (onDeploy && values.LIBSQL_URL === undefined) {
    throw new ConfigError("LIBSQL_URL: must be set on Deno Deploy, which keeps no files");
  }
  if (onDeploy && values.JWT_SECRET === undefined) {
    throw new ConfigError("JWT_SECRET: must be set on Deno Deploy, which keeps no files");
  }
  if ((values.TLS_CERT === undefined) !== (values.TLS_KEY === undefined)) {
    throw new ConfigError("The configuration cannot be used. TLS_CERT and TLS_KEY: set both");
  }
  return {
    host: values.HOST,
    port: values.PORT,
    tcpPort: values.TCP_PORT,
    udpPort: values.UDP_PORT,
    tls: values.TLS_CERT === undefined || values.TLS_KEY === undefined
      ? undefined
      : { cert: values.TLS_CERT, key: values.TLS_KEY },
    dataDir: values.DATA_DIR,
    keepsFiles: !onDeploy,
    libsqlUrl: values.LIBSQL_URL ?? fileUrl(join(values.DATA_DIR, "archive.db")),
    libsqlAuthToken: values.LIBSQL_AUTH_TOKEN,
    jwtSecret: values.JWT_SECRET,
    sharesKv: onDeploy || values.KV_URL !== undefined,
    kvUrl: values.KV_URL ?? (onDeploy ? undefined : join(values.DATA_DIR, "journal.kv")),
    allowGuests: values.ALLOW_GUESTS,
    allowRegistration: values.ALLOW_REGISTRATION,
    trustProxy: values.TRUST_PROXY,
    allowPrivateWebhooks: values.ALLOW_PRIVATE_WEBHOOKS,
    recentEvents: values.RECENT_EVENTS,
    flushMessages: values.FLUSH_MESSAGES,
    flushMs: values.FLUSH_MS,
    messagesPerSecond: values.RATE_MESSAGES_PER_SECOND,
    maxFrameBytes: values.MAX_FRAME_BYTES,
    maxTextLength: values.MAX_TEXT_LENGTH,
    allowedOrigins: values.ALLOWED_ORIGINS,
    logFormat: values.LOG_FORMAT ?? (Deno.stdout.isTerminal() ? "pretty" : "json"),
    logLevel: values.LOG_LEVEL,
  };
}
