import { entries } from "./entry.ts";

/** Where files and sealed logs are kept: a bucket that is away, refuses, or isn't what it was thought to be. */
export const BLOB_ERRORS = entries({
  BLOBS_ADDRESS_INVALID: {
    blame: "controller",
    what: "The address of the bucket in --blobs can't be used.",
    why: "{reason}",
    next: "Write it like s3://BUCKET/PREFIX?endpoint=https://s3.example.com&region=REGION&pathStyle=1, with credentials in the environment or in --blobs-credentials.",
  },
  BLOBS_CREDENTIALS_MISSING: {
    blame: "controller",
    what: "There are no credentials for the bucket.",
    why: "{reason}",
    next: "Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY in the controller's environment, or name a file that has them: --blobs-credentials FILE",
  },
  BLOBS_BUCKET_MISSING: {
    blame: "controller",
    what: "There is no bucket {place}.",
    why: "The server answers, but doesn't know a bucket of that name for these credentials.",
    next: "Check name, endpoint and region, and whether the server wants pathStyle=1. The controller doesn't make buckets.",
  },
  BLOBS_REFUSED: {
    blame: "controller",
    what: "The bucket {place} doesn't let the controller {action}.",
    why: "Its answer was: {reason}.",
    next: "Check the credentials and what they may do; docs/files-in-a-bucket.md has a policy with all that is needed.",
  },
  BLOBS_CLOCK_SKEW: {
    blame: "controller",
    what: "The clocks of the controller and of the bucket {place} differ by {skew}.",
    why: "Addresses for uploads are signed with the time; a bucket refuses those whose time is wrong.",
    next: "Let both hosts set their clocks by NTP (timedatectl status), then start the controller again.",
  },
  BLOBS_UNREACHABLE: {
    blame: "controller",
    what: "Files and logs can't be reached for the moment: {place} doesn't answer.",
    why: "The controller could not {action}: {reason}.",
    next: "Nothing is lost: builds go on and uploads are tried again. Try once more in a minute; if it stays, look at the bucket's server and the way to it.",
    retry: true,
  },
  BLOBS_ANSWER_ODD: {
    blame: "controller",
    what: "The bucket {place} answered in a way that was not expected.",
    why: "The controller could not {action}: {reason}.",
    next: "Check that the endpoint is an S3-compatible server, and look into its log. If it is one, please report this with its name and release.",
  },
  BLOBS_COPY_DIFFERS: {
    blame: "controller",
    what: "{count} of the files to copy could not be copied rightly.",
    why: "What stands there differs in size or SHA-256 from what it should be, at the place it comes from or at the one it went to.",
    next: "The names are below. Restore damaged files of the old place from a backup, remove wrong ones of the new place, and run the same command again.",
  },
});
