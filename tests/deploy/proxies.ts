/** The proxies of `deploy/`, run as they are written down there. */
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { tempDir, until } from "../temp.ts";

const DEPLOY = fileURLToPath(new URL("../../deploy/", import.meta.url));

/** A proxy that ends TLS for `localhost`. */
export interface Proxy extends AsyncDisposable {
  /** With TLS. */
  readonly url: string;
  /** Without. */
  readonly plainUrl: string;
  /** Who signed its certificate, in PEM. */
  readonly ca: string;
}

/** Starts a proxy before a server; undefined where its program is not installed. */
export type StartProxy = (server: { url: string }) => Promise<Proxy | undefined>;

/** Caddy with `deploy/Caddyfile`, whose settings are environment variables. */
export const startCaddy: StartProxy = async (server) => {
  if (!await has("caddy", "version")) return;
  const dir = await tempDir();
  const [port, plainPort] = [freePort(), freePort()];
  const config = join(dir.path, "Caddyfile");
  // Ports of a test's own, and a certificate of Caddy's own.
  await Deno.writeTextFile(
    config,
    `{
      admin off
      https_port ${port}
      http_port ${plainPort}
      local_certs
      skip_install_trust
      storage file_system ${dir.path}/storage
    }
    import ${DEPLOY}Caddyfile`,
  );
  const process = new Deno.Command("caddy", {
    args: ["run", "--adapter", "caddyfile", "--config", config],
    env: { PARLEY_SITE: "localhost", PARLEY_SERVER: new URL(server.url).host, HOME: dir.path },
    stdout: "null",
    stderr: "null",
  }).spawn();
  const root = join(dir.path, "storage/pki/authorities/local/root.crt");
  return await running(process, dir, { port, plainPort, ca: () => Deno.readTextFile(root) });
};

/** nginx with `deploy/nginx.conf`, with the names replaced that an administrator replaces. */
export const startNginx: StartProxy = async (server) => {
  if (!await has("nginx", "-v") || !await has("openssl", "version")) return;
  const dir = await tempDir();
  const [port, plainPort] = [freePort(), freePort()];
  const certificate = join(dir.path, "cert.pem");
  const key = join(dir.path, "key.pem");
  await selfSigned(certificate, key);
  const written = await Deno.readTextFile(join(DEPLOY, "nginx.conf"));
  const site = [
    ["listen 80;", `listen 127.0.0.1:${plainPort};`],
    ["listen 443 ssl", `listen 127.0.0.1:${port} ssl`],
    ["https://$host$request_uri", `https://$host:${port}$request_uri`],
    ["server 127.0.0.1:8000;", `server ${new URL(server.url).host};`],
    ["/etc/letsencrypt/live/chat.example.org/fullchain.pem", certificate],
    ["/etc/letsencrypt/live/chat.example.org/privkey.pem", key],
    ["chat.example.org", "localhost"],
  ].reduce((text, [from = "", to = ""]) => {
    if (!text.includes(from)) throw new Error(`nginx.conf does not hold ${from}`);
    return text.replaceAll(from, to);
  }, written);
  const config = join(dir.path, "nginx.conf");
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
    .map((name) => `${name}_temp_path ${dir.path}/${name};`).join("\n");
  await Deno.writeTextFile(
    config,
    `daemon off; pid ${dir.path}/pid; ${Deno.uid() === 0 ? "user root;" : ""}
    events {}
    http { access_log off; ${temporary} ${site} }`,
  );
  const process = new Deno.Command("nginx", {
    args: ["-p", dir.path, "-e", join(dir.path, "error.log"), "-c", config],
    stdout: "null",
    stderr: "inherit",
  }).spawn();
  const ca = () => Deno.readTextFile(certificate);
  return await running(process, dir, { port, plainPort, ca });
};

async function running(
  process: Deno.ChildProcess,
  dir: AsyncDisposable,
  { port, plainPort, ca }: { port: number; plainPort: number; ca: () => Promise<string> },
): Promise<Proxy> {
  // A proxy that listens may still be making its certificate.
  await until(async () => {
    try {
      using client = Deno.createHttpClient({ caCerts: [await ca()] });
      const options: RequestInit & { client: Deno.HttpClient } = { client };
      const answer = await fetch(`https://localhost:${port}/healthz`, options);
      await answer.body?.cancel();
      return true;
    } catch {
      return false;
    }
  });
  return {
    url: `https://localhost:${port}`,
    plainUrl: `http://localhost:${plainPort}`,
    ca: await ca(),
    async [Symbol.asyncDispose]() {
      process.kill("SIGTERM");
      await process.status;
      await dir[Symbol.asyncDispose]();
    },
  };
}

async function selfSigned(certificate: string, key: string): Promise<void> {
  const options = "req -x509 -nodes -days 2 -newkey ec -pkeyopt ec_paramgen_curve:P-256 " +
    "-subj /CN=localhost -addext subjectAltName=DNS:localhost " +
    "-addext basicConstraints=critical,CA:FALSE";
  const { success, stderr } = await new Deno.Command("openssl", {
    args: [...options.split(" "), "-out", certificate, "-keyout", key],
  }).output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
}

async function has(program: string, argument: string): Promise<boolean> {
  try {
    return (await new Deno.Command(program, { args: [argument] }).output()).success;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return (listener.addr as Deno.NetAddr).port;
}
