import { errorOf } from "../../base/errors/millwright-error.ts";

/** Where a bucket is and how it is used. Never holds a secret. */
export interface BucketAddress {
  bucket: string;
  /** Empty, or ends with a slash. */
  prefix: string;
  /** Undefined: Amazon's own, by region. */
  endpoint: string | undefined;
  region: string;
  /** `ENDPOINT/BUCKET/KEY` instead of `BUCKET.ENDPOINT/KEY`. */
  pathStyle: boolean;
  /** Downloads are sent on to the bucket. */
  redirect: boolean;
  /** Agents put their files into the bucket themselves; else they send them to the controller. */
  direct: boolean;
}

const SETTINGS = ["endpoint", "region", "pathStyle", "redirect", "direct"];

export function isBucketAddress(text: string): boolean {
  return /^s3:/i.test(text);
}

/** Reads `s3://BUCKET/PREFIX?endpoint=…&region=…&pathStyle=1&redirect=1&direct=0`. Throws BLOBS_ADDRESS_INVALID. */
export function parseBucketAddress(text: string): BucketAddress {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol !== "s3:") throw refused("It must look like s3://BUCKET/PREFIX?region=REGION.");
  // Said without the address: it holds a secret now.
  if (url.username || url.password) throw refused("It holds a user or password: credentials never belong into it.");
  const bucket = url.hostname;
  if (!/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(bucket))
    throw refused(`${bucket || "Nothing"} is no name of a bucket.`);
  const unknown = [...url.searchParams.keys()].find((name) => !SETTINGS.includes(name));
  if (unknown !== undefined) throw refused(`There is no setting ${unknown}: there are ${SETTINGS.join(", ")}.`);
  const endpoint = endpointOf(url.searchParams.get("endpoint"));
  const prefix = decodeURIComponent(url.pathname).replace(/^\/+|\/+$/g, "");
  return {
    bucket,
    prefix: prefix === "" ? "" : `${prefix}/`,
    endpoint,
    region: url.searchParams.get("region") ?? "us-east-1",
    pathStyle: flag(url, "pathStyle", false),
    redirect: flag(url, "redirect", false),
    direct: flag(url, "direct", true),
  };
}

/** For people and logs. */
export function describeBucket({ bucket, prefix, endpoint, region }: BucketAddress): string {
  return `s3://${bucket}/${prefix} at ${endpoint ?? `Amazon S3 in ${region}`}`;
}

function endpointOf(text: string | null): string | undefined {
  if (text === null) return undefined;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !/^https?:$/.test(url.protocol)) throw refused("Its endpoint must be an http or https address.");
  if (url.username || url.password) throw refused("Its endpoint holds a user or password.");
  return text.replace(/\/+$/, "");
}

function flag(url: URL, name: string, otherwise: boolean): boolean {
  const word = url.searchParams.get(name);
  if (word === null) return otherwise;
  if (!["0", "1", "true", "false"].includes(word)) throw refused(`${name} must be 1 or 0, not ${word}.`);
  return word === "1" || word === "true";
}

function refused(reason: string): Error {
  return errorOf("BLOBS_ADDRESS_INVALID", { reason });
}
