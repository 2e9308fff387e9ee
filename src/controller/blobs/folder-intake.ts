import { createHash } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { open, readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { ArrivingHash } from "./arriving-hash.ts";
import { contentKey, type Intake, type PartPlace, sizeOfParts } from "./blobs.ts";

/** How the names of files begin that a controller itself writes and has not finished. */
export const UNFINISHED = "unfinished-";

/** Of so many files the hash is made while they arrive; of those that came before them when all is there. */
const MOST_ARRIVING = 32;

/** Files on their way into a folder: parts come through the controller, each to its place in one file. */
export class FolderIntake implements Intake {
  private readonly folder: string;
  private readonly publish: (file: string, key: string) => Promise<void>;

  private readonly arriving = new Map<string, ArrivingHash>();

  /** `publish` moves a whole file under a key. */
  constructor(folder: string, publish: (file: string, key: string) => Promise<void>) {
    this.folder = folder;
    this.publish = publish;
  }

  async addresses(): Promise<undefined> {
    return undefined;
  }

  /** The store knows: a file with holes doesn't tell which of its bytes were sent. */
  async arrived(): Promise<undefined> {
    return undefined;
  }

  async writePart(incoming: string, place: PartPlace, body: Readable): Promise<void> {
    const hash = this.hashOf(incoming);
    hash.begins(place);
    try {
      await this.write(this.file(incoming), place, body);
      hash.isThere(place);
    } finally {
      hash.ends(place);
    }
  }

  private async write(file: string, { offset, size }: PartPlace, body: Readable): Promise<void> {
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

  async keep(incoming: string, parts: readonly PartPlace[], sha256: string): Promise<boolean> {
    const file = this.file(incoming);
    const size = sizeOfParts(parts);
    const info = await stat(file).catch(() => undefined);
    if (!info && size === 0) await (await open(file, "a", 0o600)).close();
    if (size !== (info?.size ?? 0)) return false;
    const known = await this.arriving.get(incoming)?.digest(size);
    this.arriving.delete(incoming);
    if ((known ?? (await sha256Of(file))) !== sha256) return false;
    await this.publish(file, contentKey(sha256));
    return true;
  }

  async drop(incoming: string): Promise<void> {
    this.arriving.delete(incoming);
    await rm(this.file(incoming), { force: true });
  }

  /**
   * What agents send goes with its build. What controllers write is a leftover of a crash when nothing was added since: in a
   * folder that several share, others are writing.
   */
  async dropLeftovers(before: number): Promise<number> {
    let dropped = 0;
    for (const name of await readdir(this.folder)) {
      if (!name.startsWith(UNFINISHED)) continue;
      const info = await stat(this.file(name)).catch(() => undefined); // it was finished meanwhile
      if (!info || info.mtimeMs >= before) continue;
      await this.drop(name);
      dropped += 1;
    }
    return dropped;
  }

  private hashOf(incoming: string): ArrivingHash {
    const hash = this.arriving.get(incoming) ?? new ArrivingHash(this.file(incoming));
    this.arriving.set(incoming, hash);
    const [oldest] = this.arriving.keys();
    if (this.arriving.size > MOST_ARRIVING && oldest) this.arriving.delete(oldest);
    return hash;
  }

  private file(incoming: string): string {
    return join(this.folder, incoming);
  }
}

async function sha256Of(file: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(file, { highWaterMark: 2 ** 20 }), hash);
  return hash.digest("hex");
}
