import {
  AbortMultipartUploadCommand,
  type CompletedPart,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  PutObjectCommand,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import { errorOf } from "../../base/errors/millwright-error.ts";
import { type Bucket, LONG_MS, QUICK_MS } from "./bucket.ts";
import { isNothing, isPartsChanged } from "./bucket-faults.ts";

/** At least 5 MiB, and at most 10,000 of them: enough for 80 GiB. */
const PIECE = 8 * 2 ** 20;

/**
 * Writes an object from bytes of unknown number, a piece at a time, so that it appears whole or not at all. Answers whether
 * `isRight` let it.
 */
export async function writeObject(
  bucket: Bucket,
  key: string,
  chunks: AsyncIterable<Buffer>,
  isRight: () => boolean,
): Promise<boolean> {
  const pieces = inPieces(chunks);
  const first = (await pieces.next()).value ?? Buffer.alloc(0);
  if (first.length < PIECE) return isRight() ? await putWhole(bucket, key, first) : false;
  const upload = await beginUpload(bucket, key);
  try {
    const parts = [await putPart(bucket, key, upload, 1, first)];
    let size = first.length;
    for await (const piece of pieces) {
      parts.push(await putPart(bucket, key, upload, parts.length + 1, piece));
      size += piece.length;
    }
    if (!isRight()) {
      await abortUpload(bucket, key, upload);
      return false;
    }
    await finishUpload(bucket, key, upload, parts, size);
    return true;
  } catch (error) {
    await abortUpload(bucket, key, upload).catch(() => {}); // the sweeper finds it later
    throw error;
  }
}

/** Begins an upload in parts; answers its id. */
export async function beginUpload(bucket: Bucket, key: string): Promise<string> {
  const begun = await bucket.ask("begin an upload", QUICK_MS, (limit) =>
    bucket.client.send(new CreateMultipartUploadCommand(bucket.object(key)), limit),
  );
  if (!begun.UploadId) throw new Error("the bucket began an upload without an id");
  return begun.UploadId;
}

/**
 * Makes the object of an upload appear. `changed`: its parts are not as listed; `gone`: there is no such upload, perhaps
 * because an earlier try was done after all.
 */
export async function completeUpload(
  bucket: Bucket,
  key: string,
  upload: string,
  parts: CompletedPart[],
): Promise<"done" | "changed" | "gone"> {
  const request = { ...bucket.object(key), UploadId: upload, MultipartUpload: { Parts: parts } };
  return bucket.ask("finish an upload", LONG_MS, async (limit) => {
    try {
      await bucket.client.send(new CompleteMultipartUploadCommand(request), limit);
      return "done";
    } catch (error) {
      if (isPartsChanged(error)) return "changed";
      if (isNothing(error)) return "gone";
      throw error;
    }
  });
}

/** Makes the object of an upload of our own appear, `size` bytes long. */
export async function finishUpload(
  bucket: Bucket,
  key: string,
  upload: string,
  parts: CompletedPart[],
  size: number,
): Promise<void> {
  const outcome = await completeUpload(bucket, key, upload, parts);
  if (outcome === "done" || (outcome === "gone" && (await bucket.head(key))?.size === size)) return;
  const reason = `the upload is ${outcome}`;
  throw errorOf("BLOBS_ANSWER_ODD", { place: bucket.place, action: "finish an upload", reason });
}

/** Forgets an upload and its parts; nothing when there is none. */
export async function abortUpload(bucket: Bucket, key: string, upload: string): Promise<void> {
  await bucket.askFor("give up an upload", QUICK_MS, (limit) =>
    bucket.client.send(new AbortMultipartUploadCommand({ ...bucket.object(key), UploadId: upload }), limit),
  );
}

/** Writes one part of an upload; answers what completing it wants to know. */
export async function putPart(
  bucket: Bucket,
  key: string,
  upload: string,
  number: number,
  bytes: Buffer,
): Promise<CompletedPart> {
  const request = {
    ...bucket.object(key),
    UploadId: upload,
    PartNumber: number,
    Body: bytes,
    ContentLength: bytes.length,
  };
  const put = await bucket.ask("write a part", LONG_MS, (limit) =>
    bucket.client.send(new UploadPartCommand(request), limit),
  );
  return { PartNumber: number, ETag: put.ETag };
}

async function putWhole(bucket: Bucket, key: string, bytes: Buffer): Promise<boolean> {
  await bucket.ask("write an object", LONG_MS, (limit) =>
    bucket.client.send(
      new PutObjectCommand({ ...bucket.object(key), Body: bytes, ContentLength: bytes.length }),
      limit,
    ),
  );
  return true;
}

/** The same bytes in pieces of one size; only the last one may be shorter. */
async function* inPieces(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer, undefined> {
  let piece = Buffer.allocUnsafe(PIECE);
  let filled = 0;
  for await (const chunk of chunks) {
    for (let at = 0; at < chunk.length; ) {
      const copied = chunk.copy(piece, filled, at);
      filled += copied;
      at += copied;
      if (filled < PIECE) continue;
      yield piece;
      piece = Buffer.allocUnsafe(PIECE);
      filled = 0;
    }
  }
  if (filled > 0) yield piece.subarray(0, filled);
  return undefined;
}
