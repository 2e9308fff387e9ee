import { type CompletedPart, CopyObjectCommand, UploadPartCopyCommand } from "@aws-sdk/client-s3";
import { type Bucket, LONG_MS } from "./bucket.ts";
import { abortUpload, beginUpload, finishUpload } from "./bucket-writing.ts";

/** The most that one request may copy: S3's own limit is 5 GiB. */
const MOST_IN_ONE = 5 * 2 ** 30;
const STRETCH = 2 ** 30;

export interface Copied {
  key: string;
  size: number;
  /** As the bucket told it when the bytes were looked at: what has changed since isn't copied. */
  tag: string;
}

/** Copies an object inside the bucket. `mostInOne` is for tests. */
export async function copyObject(bucket: Bucket, from: Copied, to: string, mostInOne = MOST_IN_ONE): Promise<void> {
  const { Bucket: name, Key } = bucket.object(from.key);
  const source = {
    CopySource: `${name}/${Key.split("/").map(encodeURIComponent).join("/")}`,
    CopySourceIfMatch: from.tag,
  };
  if (from.size <= mostInOne) {
    const request = { ...bucket.object(to), ...source };
    await bucket.ask("copy an object", LONG_MS, (limit) => bucket.client.send(new CopyObjectCommand(request), limit));
    return;
  }
  const upload = await beginUpload(bucket, to);
  try {
    const parts: CompletedPart[] = [];
    for (const range of rangesOf(from.size, Math.min(STRETCH, mostInOne))) {
      const PartNumber = parts.length + 1;
      const request = { ...bucket.object(to), ...source, UploadId: upload, PartNumber, CopySourceRange: range };
      const copied = await bucket.ask("copy a part", LONG_MS, (limit) =>
        bucket.client.send(new UploadPartCopyCommand(request), limit),
      );
      parts.push({ PartNumber, ETag: copied.CopyPartResult?.ETag });
    }
    await finishUpload(bucket, to, upload, parts, from.size);
  } catch (error) {
    await abortUpload(bucket, to, upload).catch(() => {}); // the sweeper finds it later
    throw error;
  }
}

function rangesOf(size: number, stretch: number): string[] {
  const count = Math.ceil(size / stretch);
  return Array.from({ length: count }, (_, index) => {
    const end = Math.min(size, (index + 1) * stretch) - 1;
    return `bytes=${index * stretch}-${end}`;
  });
}
