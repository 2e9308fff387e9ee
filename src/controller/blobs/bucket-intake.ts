import { createHash } from "node:crypto";
import type { Readable } from "node:stream";
import { DeleteObjectCommand, UploadPartCommand } from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import { contentKey, type Intake, type PartPlace, sizeOfParts } from "./blobs.ts";
import { type Bucket, QUICK_MS } from "./bucket.ts";
import { type Copied, copyObject } from "./bucket-copying.ts";
import { readObject } from "./bucket-reading.ts";
import { arrivedParts, oldUploads, type UploadLedger } from "./bucket-uploads.ts";
import { abortUpload, beginUpload, completeUpload, putPart } from "./bucket-writing.ts";

const INCOMING = "incoming/";

/**
 * Files on their way into a bucket: each is an upload in parts to a key of its own. Once the parts are put together, no address
 * that was given out can change them any more; then they are read and checked, and copied under the key of their content.
 */
export class BucketIntake implements Intake {
  private readonly bucket: Bucket;
  private readonly ledger: UploadLedger;
  private readonly mostInOneCopy: number | undefined;

  /** `mostInOneCopy` is for tests. */
  constructor(bucket: Bucket, ledger: UploadLedger, mostInOneCopy?: number) {
    this.bucket = bucket;
    this.ledger = ledger;
    this.mostInOneCopy = mostInOneCopy;
  }

  async addresses(incoming: string, parts: readonly PartPlace[], ttlMs: number): Promise<string[] | undefined> {
    if (!this.bucket.address.direct) return undefined;
    const UploadId = await this.uploadOf(incoming);
    const object = this.bucket.object(INCOMING + incoming);
    return this.bucket.ask("sign addresses", QUICK_MS, () =>
      Promise.all(
        parts.map(({ number, size }) => {
          // The length is signed too: an address takes the bytes of its part and no more.
          const command = new UploadPartCommand({ ...object, UploadId, PartNumber: number, ContentLength: size });
          return getSignedUrl(this.bucket.client, command, { expiresIn: Math.floor(ttlMs / 1000) });
        }),
      ),
    );
  }

  async arrived(incoming: string, parts: readonly PartPlace[]): Promise<number[]> {
    const upload = await this.ledger.find(incoming);
    if (upload === undefined) return [];
    const there = await arrivedParts(this.bucket, INCOMING + incoming, upload);
    if (there) {
      return parts.filter(({ number, size }) => there.get(number)?.size === size).map(({ number }) => number);
    }
    // No such upload: its parts were put together before a commit broke off, or the bucket has thrown it away.
    const whole = await this.bucket.head(INCOMING + incoming);
    if (whole?.size === sizeOfParts(parts)) return parts.map(({ number }) => number);
    await this.drop(incoming);
    return [];
  }

  async writePart(incoming: string, { number, size }: PartPlace, body: Readable): Promise<void> {
    const pieces: Buffer[] = [];
    let received = 0;
    for await (const piece of body) {
      received += (piece as Buffer).length;
      if (received > size) throw new Error(`more than ${size} bytes`);
      pieces.push(piece as Buffer);
    }
    if (received !== size) throw new Error(`${received} bytes instead of ${size}`);
    const upload = await this.uploadOf(incoming);
    await putPart(this.bucket, INCOMING + incoming, upload, number, Buffer.concat(pieces));
  }

  async keep(incoming: string, parts: readonly PartPlace[], sha256: string): Promise<boolean> {
    const key = INCOMING + incoming;
    const upload = await this.ledger.find(incoming);
    if (upload === undefined || !(await this.putTogether(key, upload, parts))) return false;
    const found = await this.bucket.head(key);
    if (found?.size !== sizeOfParts(parts)) return false;
    if ((await this.sha256Of(key)) !== sha256) return false;
    const copied: Copied = { key, ...found };
    const kept = await this.bucket.head(contentKey(sha256));
    if (kept?.size !== found.size) await copyObject(this.bucket, copied, contentKey(sha256), this.mostInOneCopy);
    return true;
  }

  async drop(incoming: string): Promise<void> {
    const key = INCOMING + incoming;
    const upload = await this.ledger.find(incoming);
    if (upload === undefined) return;
    await abortUpload(this.bucket, key, upload);
    await this.bucket.ask("remove an object", QUICK_MS, (limit) =>
      this.bucket.client.send(new DeleteObjectCommand(this.bucket.object(key)), limit),
    );
    await this.ledger.forget(incoming);
  }

  async dropLeftovers(before: number): Promise<number> {
    const left = await this.ledger.leftovers();
    for (const incoming of left) await this.drop(incoming);
    const known = await this.ledger.uploads();
    const old = (await oldUploads(this.bucket, before)).filter(({ id }) => !known.has(id));
    for (const { key, id } of old) await abortUpload(this.bucket, key, id);
    return left.length + old.length;
  }

  /** False when parts are missing or have changed since. */
  private async putTogether(key: string, upload: string, parts: readonly PartPlace[]): Promise<boolean> {
    const there = await arrivedParts(this.bucket, key, upload);
    if (!there) return true; // an earlier commit has; the object itself says whether it is whole
    if (parts.some(({ number, size }) => there.get(number)?.size !== size)) return false;
    const list = parts.map(({ number }) => ({ PartNumber: number, ETag: there.get(number)?.tag }));
    return (await completeUpload(this.bucket, key, upload, list)) !== "changed"; // the object itself tells the rest
  }

  private async uploadOf(incoming: string): Promise<string> {
    const known = await this.ledger.find(incoming);
    if (known !== undefined) return known;
    const key = INCOMING + incoming;
    const begun = await beginUpload(this.bucket, key);
    const kept = await this.ledger.begin(incoming, begun);
    if (kept !== begun) await abortUpload(this.bucket, key, begun);
    return kept;
  }

  private async sha256Of(key: string): Promise<string> {
    const hash = createHash("sha256");
    const bytes = await readObject(this.bucket, key);
    if (bytes) for await (const piece of bytes) hash.update(piece as Buffer);
    return hash.digest("hex");
  }
}
