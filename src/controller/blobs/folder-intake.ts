import { createHash } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { open, readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { contentKey, type Intake, type PartPlace, sizeOfParts } from "./blobs.ts";

/** How the names of files begin that a controller itself writes and has not finished. */
export const UNFINISHED = "unfinished-";

/** Files on their way into a folder: parts come through the controller, each to its place in one file. */
export class FolderIntake implements Intake {
  private readonly folder: string;
  private readonly publish: (file: string, key: string) => Promise<void>;

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

  async writePart(incoming: string, { offset, size }: PartPlace, body: Readable): Promise<void> {
    const file = this.file(incoming);
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
    if (size !== (info?.size ?? 0) || (await sha256Of(file)) !== sha256) return false;
    await this.publish(file, contentKey(sha256));
    return true;
  }

  async drop(incoming: string): Promise<void> {
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

  private file(incoming: string): string {
    return join(this.folder, incoming);
  }
}

async function sha256Of(file: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(file, { highWaterMark: 2 ** 20 }), hash);
  return hash.digest("hex");
}
