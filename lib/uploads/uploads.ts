/** Files that people gave, in a folder: each is named by what is in it and never changes. */
import { open } from "node:fs/promises";
import { join } from "node:path";

/** 128 bits of SHA-256: a name can't be guessed, nor lead out of the folder. */
const NAME = /^[0-9a-f]{32}\.webp$/;

/** See the file's first line. */
export class Uploads {
  private constructor(private readonly dir: string) {}

  /** The uploads in a folder, which is made if there is none. */
  static async open(dir: string): Promise<Uploads> {
    await Deno.mkdir(dir, { recursive: true });
    for await (const { name } of Deno.readDir(dir)) {
      // What a crash left half-written.
      if (name.endsWith(".part")) await Deno.remove(join(dir, name));
    }
    return new Uploads(dir);
  }

  /**
   * Keeps a picture; when it returns, the file is on disk as a whole.
   *
   * @param owner whose it is: the same picture of two people is two files
   * @returns the file's name
   */
  async put(owner: string, picture: Uint8Array<ArrayBuffer>): Promise<string> {
    const named = await new Blob([owner, picture]).bytes();
    const hash = await crypto.subtle.digest("SHA-256", named);
    const name = `${new Uint8Array(hash).toHex().slice(0, 32)}.webp`;
    const part = join(this.dir, `${name}.part`);
    try {
      await writeDown(part, picture);
      await Deno.rename(part, join(this.dir, name));
    } catch (error) {
      await orAbsent(Deno.remove(part));
      throw error;
    }
    await syncFolder(this.dir);
    return name;
  }

  /** A file's bytes; undefined when there is none of that name. */
  async get(name: string): Promise<Uint8Array<ArrayBuffer> | undefined> {
    return NAME.test(name) ? await orAbsent(Deno.readFile(join(this.dir, name))) : undefined;
  }

  /** Removes a file, if it is there. */
  async delete(name: string): Promise<void> {
    if (NAME.test(name)) await orAbsent(Deno.remove(join(this.dir, name)));
  }
}

/** Writes a file, and waits until it is on disk. */
async function writeDown(path: string, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
  await using file = await open(path, "w");
  await file.writeFile(bytes);
  await file.sync();
}

/** Waits until a rename is on disk. Windows has no such thing. */
async function syncFolder(path: string): Promise<void> {
  if (Deno.build.os === "windows") return;
  using folder = await Deno.open(path);
  await folder.sync();
}

async function orAbsent<Result>(work: Promise<Result>): Promise<Result | undefined> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}
