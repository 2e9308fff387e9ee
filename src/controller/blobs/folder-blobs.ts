import { mkdir, open, readdir, rename, rm, stat } from "node:fs/promises";
import { dirname, join, relative, sep } from "node:path";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { newId } from "../../base/ids.ts";
import type { Blobs } from "./blobs.ts";
import { FolderIntake, UNFINISHED } from "./folder-intake.ts";

/** Blobs in a folder: one appears by rename once it is whole and on the disk. */
export class FolderBlobs implements Blobs {
  readonly place: string;
  readonly isFar = false;
  readonly intake: FolderIntake;
  private readonly folder: string;

  constructor(folder: string) {
    this.place = folder;
    this.folder = folder;
    this.intake = new FolderIntake(join(folder, "incoming"), (file, key) => this.publish(file, this.path(key)));
  }

  static async open(folder: string): Promise<FolderBlobs> {
    await mkdir(join(folder, "incoming"), { recursive: true, mode: 0o700 });
    return new FolderBlobs(folder);
  }

  async store(key: string, chunks: AsyncIterable<Buffer>, isRight: () => boolean): Promise<boolean> {
    const file = join(this.folder, "incoming", `${UNFINISHED}${newId("b")}`);
    const handle = await open(file, "wx", 0o600); // there before anything can fail: what is removed isn't made afterwards
    try {
      await pipeline(chunks, handle.createWriteStream({ flush: true }));
      if (!isRight()) return false;
      await this.publish(file, this.path(key));
      return true;
    } finally {
      await rm(file, { force: true });
    }
  }

  async has(key: string): Promise<boolean> {
    return (await this.size(key)) !== undefined;
  }

  async size(key: string): Promise<number | undefined> {
    return orUndefined(async () => (await stat(this.path(key))).size);
  }

  async open(key: string, start: number, end: number): Promise<Readable | undefined> {
    const file = await orUndefined(() => open(this.path(key), "r"));
    return file?.createReadStream({ start, end, highWaterMark: 2 ** 18 });
  }

  async remove(key: string): Promise<void> {
    await rm(this.path(key), { force: true });
  }

  async *keys(prefix: string): AsyncGenerator<string> {
    const top = join(this.folder, dirname(`${prefix}-`));
    const entries = (await orUndefined(() => readdir(top, { recursive: true, withFileTypes: true }))) ?? [];
    for (const entry of entries) {
      const key = relative(this.folder, join(entry.parentPath, entry.name)).split(sep).join("/");
      if (entry.isFile() && key.startsWith(prefix)) yield key;
    }
  }

  async downloadAddress(): Promise<undefined> {
    return undefined;
  }

  private async publish(from: string, to: string): Promise<void> {
    await mkdir(dirname(to), { recursive: true, mode: 0o700 });
    await rename(from, to);
    const folder = await open(dirname(to), "r");
    await folder.sync().finally(() => folder.close());
  }

  private path(key: string): string {
    return join(this.folder, key);
  }
}

/** What there is, or undefined when the file or folder isn't. */
async function orUndefined<T>(look: () => Promise<T>): Promise<T | undefined> {
  try {
    return await look();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}
