import { createHash } from "node:crypto";
import { pipeline } from "node:stream/promises";
import { fromBufferPromise } from "yauzl";

/** The SHA-256 of every file of a zip, by its name. */
export async function unzip(bytes: Buffer): Promise<Map<string, string>> {
  const zip = await fromBufferPromise(bytes);
  const files = new Map<string, string>();
  for await (const entry of zip.eachEntry()) {
    const hash = createHash("sha256");
    await pipeline(await zip.openReadStreamPromise(entry), hash);
    files.set(entry.fileName, hash.digest("hex"));
  }
  return files;
}
