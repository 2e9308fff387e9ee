import { DeleteObjectCommand, ListObjectsV2Command, PutObjectCommand } from "@aws-sdk/client-s3";
import { errorOf } from "../../base/errors/millwright-error.ts";
import { newId } from "../../base/ids.ts";
import type { Clock } from "../../base/time/clock.ts";
import { formatDuration } from "../../base/units.ts";
import { type Bucket, QUICK_MS } from "./bucket.ts";
import { oldUploads } from "./bucket-uploads.ts";
import { abortUpload, beginUpload } from "./bucket-writing.ts";

/** S3 refuses what is signed more than 15 minutes off; addresses for agents are signed by our clock. */
const MOST_SKEW_MS = 300_000;
const PROBE = "probe/";

/**
 * Tries whether everything may be done in a bucket that is needed, and whether its clock is ours. Throws BLOBS_UNREACHABLE,
 * BLOBS_BUCKET_MISSING, BLOBS_REFUSED, BLOBS_CREDENTIALS_MISSING, BLOBS_CLOCK_SKEW.
 */
export async function checkBucket(bucket: Bucket, clock: Clock): Promise<void> {
  const { bucket: name, prefix } = bucket.address;
  const theirs = await answeredAt(bucket, () =>
    bucket.ask("list objects", QUICK_MS, (limit) =>
      bucket.client.send(new ListObjectsV2Command({ Bucket: name, Prefix: prefix, MaxKeys: 1 }), limit),
    ),
  );
  const skew = theirs === undefined ? 0 : Math.abs(clock.now() - theirs);
  if (skew > MOST_SKEW_MS) throw errorOf("BLOBS_CLOCK_SKEW", { place: bucket.place, skew: formatDuration(skew) });
  const probe = bucket.object(PROBE + newId("p"));
  await bucket.ask("write an object", QUICK_MS, (limit) =>
    bucket.client.send(new PutObjectCommand({ ...probe, Body: "probe" }), limit),
  );
  await bucket.ask("remove an object", QUICK_MS, (limit) => bucket.client.send(new DeleteObjectCommand(probe), limit));
  await abortUpload(bucket, PROBE, await beginUpload(bucket, PROBE));
  await oldUploads(bucket, 0);
}

/** What the bucket's clock says when it answers (milliseconds since 1970). */
async function answeredAt(bucket: Bucket, act: () => Promise<unknown>): Promise<number | undefined> {
  let at: number | undefined;
  const name = "whatTimeItIs";
  bucket.client.middlewareStack.add(
    (next) => async (args) => {
      const answer = await next(args);
      const { headers } = answer.response as { headers?: Record<string, string> };
      const date = Date.parse(headers?.["date"] ?? "");
      if (!Number.isNaN(date)) at = date;
      return answer;
    },
    { step: "deserialize", name },
  );
  try {
    await act();
  } finally {
    bucket.client.middlewareStack.remove(name);
  }
  return at;
}
