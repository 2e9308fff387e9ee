import { Readable } from "node:stream";
import { GetObjectCommand } from "@aws-sdk/client-s3";
import { type Bucket, QUICK_MS } from "./bucket.ts";
import { bucketFault } from "./bucket-faults.ts";

/**
 * An object's bytes `start` up to and including `end`, or all of them; undefined when there is none. A connection that breaks
 * makes the stream fail with BLOBS_UNREACHABLE.
 */
export async function readObject(
  bucket: Bucket,
  key: string,
  range?: { start: number; end: number },
): Promise<Readable | undefined> {
  const Range = range && `bytes=${range.start}-${range.end}`;
  const got = await bucket.askFor("read an object", QUICK_MS, (limit) =>
    bucket.client.send(new GetObjectCommand({ ...bucket.object(key), ...(Range ? { Range } : {}) }), limit),
  );
  if (!got) return undefined;
  const length = got.ContentLength ?? 0;
  return Readable.from(pieces(bucket, got.Body as Readable, length), { objectMode: false, highWaterMark: 2 ** 18 });
}

async function* pieces(bucket: Bucket, body: Readable, length: number): AsyncGenerator<Buffer> {
  let received = 0;
  try {
    for await (const piece of body) {
      received += (piece as Buffer).length;
      yield piece as Buffer;
    }
  } catch (error) {
    throw bucketFault(bucket.place, "read an object", error);
  }
  if (received < length) {
    const broken = Object.assign(new Error("it ended early"), { code: "ECONNRESET" });
    throw bucketFault(bucket.place, "read an object", broken);
  }
}
