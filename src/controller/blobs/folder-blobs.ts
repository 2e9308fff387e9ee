import { createHash } from "node:crypto";
import { createReadStream, createWriteStream, existsSync } from "node:fs";
import { mkdir, open, readdir, rename, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { newId } from "../../base/ids.ts";

/** How the names of files begin that this process itself has not finished. */
const UNFINISHED = "unfinished-";

/**
 * Large things in a folder: artifacts by their SHA-256, logs by their attempt. A blob appears by rename once it is whole
 * and on the disk.
 */
export class FolderBlobs {
  private readonly folder: string;

  constructor(folder: string) {
    this.folder = folder;
  }

  static async open(folder: string): Promise<FolderBlobs> {
    const incoming = join(folder, "incoming");
    await mkdir(incoming, { recursive: true, mode: 0o700 });
    // Left by a crash; what agents send is kept, because they go on where they were.
    const left = (await readdir(incoming)).filter((name) => name.startsWith(UNFINISHED));
    for (const name of left) await rm(join(incoming, name), { force: true });
    return new FolderBlobs(folder);
  }

  /** Writes one part of an incoming file at its place; durable when it resolves. Rejects when the body isn't `size` long. */
  async writePart(incoming: string, offset: number, size: number, body: Readable): Promise<void> {
    const file = this.incoming(incoming);
    await (await open(file, "a", 0o600)).close();
    const target = createWriteStream(file, { flags: "r+", start: offset, flush: true, highWaterMark: 2 ** 20 });
    let received = 0;
    body.on("data", (bytes: Buffer) => {
      received += bytes.length;
      if (received > size) body.destroy(new Error(`more than ${size} bytes`));
    });
    await pipeline(body, target);
    if (received !== size) throw new Error(`${received} bytes instead of ${size}`);
  }

  /** Turns an incoming file into the blob of its content. False when it doesn't have that size and SHA-256. */
  async keepIncoming(incoming: string, size: number, sha256: string): Promise<boolean> {
    const file = this.incoming(incoming);
    const info = await stat(file).catch(() => undefined);
    if (!info && size === 0) await (await open(file, "a", 0o600)).close();
    if (size !== (info?.size ?? 0) || (await sha256Of(file)) !== sha256) return false;
    await this.publish(file, this.path(contentKey(sha256)));
    return true;
  }

  async dropIncoming(incoming: string): Promise<void> {
    await rm(this.incoming(incoming), { force: true });
  }

  /**
   * Stores these bytes under a key. They appear only when all are on the disk and `isRight` says so then; answers whether they
   * do. Any number may write at the same time.
   */
  async store(key: string, chunks: AsyncIterable<Buffer>, isRight: () => boolean): Promise<boolean> {
    const file = this.incoming(`${UNFINISHED}${newId("b")}`);
    try {
      await pipeline(chunks, createWriteStream(file, { flags: "wx", mode: 0o600, flush: true }));
      if (!isRight()) return false;
      await this.publish(file, this.path(key));
      return true;
    } finally {
      await rm(file, { force: true });
    }
  }

  has(key: string): boolean {
    return existsSync(this.path(key));
  }

  async size(key: string): Promise<number> {
    return (await stat(this.path(key))).size;
  }

  /** Bytes `start` up to and including `end`. */
  read(key: string, start: number, end: number): Readable {
    return createReadStream(this.path(key), { start, end, highWaterMark: 2 ** 18 });
  }

  /** As `read`, from a file that is open already: it stays readable when it is removed. Undefined when there is none. */
  async open(key: string, start: number, end: number): Promise<Readable | undefined> {
    try {
      const file = await open(this.path(key), "r");
      return file.createReadStream({ start, end, highWaterMark: 2 ** 18 });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
      throw error;
    }
  }

  /** Removes a blob; nothing when there is none. */
  async remove(key: string): Promise<void> {
    await rm(this.path(key), { force: true });
  }

  private async publish(from: string, to: string): Promise<void> {
    await mkdir(dirname(to), { recursive: true, mode: 0o700 });
    await rename(from, to);
    const folder = await open(dirname(to), "r");
    await folder.sync().finally(() => folder.close());
  }

  private incoming(name: string): string {
    return join(this.folder, "incoming", name);
  }

  private path(key: string): string {
    return join(this.folder, key);
  }
}

/** The key of an artifact's bytes. */
export function contentKey(sha256: string): string {
  return `content/${sha256.slice(0, 2)}/${sha256}`;
}

/** The key of an attempt's whole log. */
export function logKey(leaseId: string): string {
  return `logs/${leaseId.slice(-2)}/${leaseId}`;
}

async function sha256Of(file: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(file, { highWaterMark: 2 ** 20 }), hash);
  return hash.digest("hex");
}
