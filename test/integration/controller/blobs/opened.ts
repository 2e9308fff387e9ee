import { join } from "node:path";
import { onTestFinished } from "vitest";
import { createLogger } from "../../../../src/base/observe/logger.ts";
import { type Clock, systemClock } from "../../../../src/base/time/clock.ts";
import type { Blobs } from "../../../../src/controller/blobs/blobs.ts";
import { Bucket } from "../../../../src/controller/blobs/bucket.ts";
import { parseBucketAddress } from "../../../../src/controller/blobs/bucket-address.ts";
import { credentialsOfFile } from "../../../../src/controller/blobs/bucket-credentials.ts";
import { type BlobsOptions, openBlobs } from "../../../../src/controller/blobs/open-blobs.ts";
import { DEFAULT_POLICY, DEFAULT_TIMING } from "../../../../src/controller/services.ts";
import { createStore } from "../../../../src/controller/store/store.ts";
import { openStoreOf } from "../../../support/controller.ts";
import { MemoryLedger } from "../../../support/memory-ledger.ts";
import type { Radosgw } from "../../../support/radosgw.ts";

/** A year from now and a bit. */
export const LATER: Clock = { now: () => Date.now() + 400 * 86_400_000, monotonic: () => systemClock.monotonic() };

/** What a controller has in this data folder, for parts of it alone. */
export async function openedStore(data: string, clock = systemClock, bucketAt?: BlobsOptions) {
  const store = createStore(await openStoreOf(data), clock);
  onTestFinished(() => store.close());
  const place = bucketAt ?? { address: join(data, "blobs") };
  const blobs = await openBlobs(place, store.uploads, systemClock);
  const logger = createLogger("test", "silent");
  const bucket = bucketAt && bucketOf(bucketAt);
  return { store, blobs, bucket: bucket as Bucket, clock, logger, policy: DEFAULT_POLICY, timing: DEFAULT_TIMING };
}

export async function openBucket(server: Radosgw, address: string): Promise<Blobs> {
  return openBlobs({ address, credentialsFile: server.credentialsFile() }, new MemoryLedger(), systemClock);
}

export function bucketOf({ address, credentialsFile = "" }: BlobsOptions): Bucket {
  return new Bucket(parseBucketAddress(address), credentialsOfFile(credentialsFile));
}
