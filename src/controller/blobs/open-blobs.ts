import { resolve } from "node:path";
import type { Clock } from "../../base/time/clock.ts";
import type { Blobs } from "./blobs.ts";
import { isBucketAddress, parseBucketAddress } from "./bucket-address.ts";
import { credentialsOfFile } from "./bucket-credentials.ts";
import type { UploadLedger } from "./bucket-uploads.ts";
import { FolderBlobs } from "./folder-blobs.ts";

export interface BlobsOptions {
  /** A folder, or `s3://BUCKET/PREFIX?…`. */
  address: string;
  /** A file with AWS_ACCESS_KEY_ID=… and AWS_SECRET_ACCESS_KEY=…; without it, as the AWS tools find them. */
  credentialsFile?: string;
}

/**
 * Opens the place where large things are kept, and tries it. Throws BLOBS_ADDRESS_INVALID and what `checkBucket` throws.
 */
export async function openBlobs(options: BlobsOptions, ledger: UploadLedger, clock: Clock): Promise<Blobs> {
  const { address, credentialsFile } = options;
  if (!isBucketAddress(address)) return FolderBlobs.open(resolve(address));
  const parsed = parseBucketAddress(address);
  // The SDK would write a remark on Node.js releases to stderr at every start.
  process.env["AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED"] ??= "true";
  // Only now: whoever has a folder needs no SDK.
  const [{ Bucket }, { BucketBlobs }, { checkBucket }] = await Promise.all([
    import("./bucket.ts"),
    import("./bucket-blobs.ts"),
    import("./bucket-check.ts"),
  ]);
  const bucket = new Bucket(parsed, credentialsFile === undefined ? undefined : credentialsOfFile(credentialsFile));
  await checkBucket(bucket, clock);
  return new BucketBlobs(bucket, ledger);
}
