import type { Readable } from "node:stream";
import { DeleteObjectCommand, GetObjectCommand, ListObjectsV2Command } from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import type { Blobs } from "./blobs.ts";
import { type Bucket, QUICK_MS } from "./bucket.ts";
import { BucketIntake } from "./bucket-intake.ts";
import { readObject } from "./bucket-reading.ts";
import type { UploadLedger } from "./bucket-uploads.ts";
import { writeObject } from "./bucket-writing.ts";

/** A client that was sent on begins at once. */
const ADDRESS_S = 900;
/** A removal waits shorter than other requests: the store waits with it. */
const REMOVAL_MS = 3_000;

/** Blobs in a bucket of an S3-compatible server. */
export class BucketBlobs implements Blobs {
  readonly place: string;
  readonly isFar = true;
  readonly intake: BucketIntake;
  private readonly bucket: Bucket;

  /** `mostInOneCopy` is for tests. */
  constructor(bucket: Bucket, ledger: UploadLedger, mostInOneCopy?: number) {
    this.place = bucket.place;
    this.bucket = bucket;
    this.intake = new BucketIntake(bucket, ledger, mostInOneCopy);
  }

  store(key: string, chunks: AsyncIterable<Buffer>, isRight: () => boolean): Promise<boolean> {
    return writeObject(this.bucket, key, chunks, isRight);
  }

  async has(key: string): Promise<boolean> {
    return (await this.bucket.head(key)) !== undefined;
  }

  async size(key: string): Promise<number | undefined> {
    return (await this.bucket.head(key))?.size;
  }

  open(key: string, start: number, end: number): Promise<Readable | undefined> {
    return readObject(this.bucket, key, { start, end });
  }

  async remove(key: string): Promise<void> {
    await this.bucket.ask("remove an object", REMOVAL_MS, (limit) =>
      this.bucket.client.send(new DeleteObjectCommand(this.bucket.object(key)), limit),
    );
  }

  async *keys(prefix: string): AsyncGenerator<string> {
    const { bucket: name, prefix: ours } = this.bucket.address;
    for (let token: string | undefined, more = true; more; ) {
      const next = token === undefined ? {} : { ContinuationToken: token };
      const page = await this.bucket.ask("list objects", QUICK_MS, (limit) =>
        this.bucket.client.send(new ListObjectsV2Command({ Bucket: name, Prefix: ours + prefix, ...next }), limit),
      );
      for (const { Key = "" } of page.Contents ?? []) yield Key.slice(ours.length);
      token = page.NextContinuationToken;
      more = page.IsTruncated === true && token !== undefined;
    }
  }

  async downloadAddress(key: string, fileName: string): Promise<string | undefined> {
    if (!this.bucket.address.redirect) return undefined;
    const command = new GetObjectCommand({
      ...this.bucket.object(key),
      ResponseContentDisposition: `attachment; filename=${fileName}`,
      ResponseContentType: "application/octet-stream",
    });
    return this.bucket.ask("sign an address", QUICK_MS, () =>
      getSignedUrl(this.bucket.client, command, { expiresIn: ADDRESS_S }),
    );
  }
}
