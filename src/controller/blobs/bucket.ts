import { HeadObjectCommand, S3Client, type S3ClientConfig } from "@aws-sdk/client-s3";
import { type BucketAddress, describeBucket } from "./bucket-address.ts";
import { bucketFault, isNothing } from "./bucket-faults.ts";

/** A small request has its answer after so long, all tries included: whoever waits for it is answered in time. */
export const QUICK_MS = 8_000;
/** What moves many bytes, here or inside the bucket. */
export const LONG_MS = 110_000;
const CONNECT_MS = 2_000;
/** Nothing was sent or received for so long. */
const IDLE_MS = 30_000;

type Credentials = NonNullable<S3ClientConfig["credentials"]>;

/** One bucket and the place in it that is ours. Every failure is told as an error of the catalogue. */
export class Bucket {
  readonly client: S3Client;
  readonly address: BucketAddress;
  readonly place: string;

  /** Without credentials, those of the environment, of the user's AWS files, or of the host are taken. */
  constructor(address: BucketAddress, credentials?: Credentials) {
    this.address = address;
    this.place = describeBucket(address);
    this.client = new S3Client({
      region: address.region,
      forcePathStyle: address.pathStyle,
      maxAttempts: 3,
      // Checksums of the SDK's own are refused by radosgw 16 and stored as content by others.
      requestChecksumCalculation: "WHEN_REQUIRED",
      responseChecksumValidation: "WHEN_REQUIRED",
      requestHandler: { connectionTimeout: CONNECT_MS, socketTimeout: IDLE_MS },
      ...(address.endpoint === undefined ? {} : { endpoint: address.endpoint }),
      ...(credentials === undefined ? {} : { credentials }),
    });
  }

  /** What requests for an object name it by. */
  object(key: string): { Bucket: string; Key: string } {
    return { Bucket: this.address.bucket, Key: this.address.prefix + key };
  }

  /** Asks within that time. `action` says for people what is done. Throws the errors of `bucketFault`. */
  async ask<T>(action: string, ms: number, request: (limit: { abortSignal: AbortSignal }) => Promise<T>): Promise<T> {
    const timer = new AbortController();
    const timeout = setTimeout(() => timer.abort(), ms);
    try {
      return await request({ abortSignal: timer.signal });
    } catch (error) {
      throw bucketFault(this.place, action, error);
    } finally {
      clearTimeout(timeout);
    }
  }

  /** As `ask`; undefined when what was asked for isn't there. */
  askFor<T>(
    action: string,
    ms: number,
    request: (limit: { abortSignal: AbortSignal }) => Promise<T>,
  ): Promise<T | undefined> {
    return this.ask<T | undefined>(action, ms, (limit) =>
      request(limit).catch((error: unknown) => {
        if (isNothing(error)) return undefined;
        throw error;
      }),
    );
  }

  /** Size and tag of an object; undefined when there is none. */
  async head(key: string): Promise<{ size: number; tag: string } | undefined> {
    const found = await this.askFor("look for an object", QUICK_MS, (limit) =>
      this.client.send(new HeadObjectCommand(this.object(key)), limit),
    );
    return found && { size: found.ContentLength ?? 0, tag: found.ETag ?? "" };
  }
}
