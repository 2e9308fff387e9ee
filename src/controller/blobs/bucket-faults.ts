import { errorOf, MillwrightError } from "../../base/errors/millwright-error.ts";

const CREDENTIALS = ["InvalidAccessKeyId", "SignatureDoesNotMatch", "AccessDenied", "ExpiredToken", "InvalidToken"];
const NOTHING = ["NoSuchKey", "NotFound", "NoSuchUpload"];
const SKEW = ["RequestTimeTooSkewed", "RequestInTheFuture", "RequestExpired"];

/** What the SDK throws, as far as we look at it. */
interface Thrown {
  name?: string;
  message?: string;
  code?: string;
  $metadata?: { httpStatusCode?: number };
}

/** Whether what was asked for isn't there. The bucket itself being away is another matter. */
export function isNothing(thrown: unknown): boolean {
  return NOTHING.includes((thrown as Thrown).name ?? "");
}

/** Parts that are not, or no longer, as their list says. */
export function isPartsChanged(thrown: unknown): boolean {
  return ["InvalidPart", "InvalidPartOrder", "EntityTooSmall"].includes((thrown as Thrown).name ?? "");
}

/**
 * The catalogue's error for what went wrong with a bucket. The SDK's own error is not kept as the cause: it may hold the
 * key's id and what was signed.
 */
export function bucketFault(place: string, action: string, thrown: unknown): Error {
  if (thrown instanceof MillwrightError) return thrown;
  if (thrown instanceof TypeError || thrown instanceof RangeError) return thrown; // our own mistake
  const { name = "", $metadata, code } = thrown as Thrown;
  const status = $metadata?.httpStatusCode;
  const said = [status === undefined ? undefined : `status ${status}`, status === undefined ? code : undefined, name];
  const reason = [...new Set(said.filter((each) => each))].join(", ");
  if (name === "NoSuchBucket") return errorOf("BLOBS_BUCKET_MISSING", { place });
  if (name === "CredentialsProviderError") {
    return errorOf("BLOBS_CREDENTIALS_MISSING", { reason: "Neither the environment nor this host gives any." });
  }
  if (SKEW.includes(name)) return errorOf("BLOBS_CLOCK_SKEW", { place, skew: "more than 15 minutes" });
  if (CREDENTIALS.includes(name) || status === 403 || status === 401) {
    return errorOf("BLOBS_REFUSED", { place, action, reason });
  }
  if (status === undefined || status >= 500 || status === 429) {
    return errorOf("BLOBS_UNREACHABLE", { place, action, reason: reason || "no answer" });
  }
  return errorOf("BLOBS_ANSWER_ODD", { place, action, reason });
}
