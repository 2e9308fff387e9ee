import { entries } from "./entry.ts";

/** What is no longer there, or reaches nobody: files that were kept long enough, webhooks, signed addresses. */
export const KEEPING_ERRORS = entries({
  ARTIFACT_REMOVED: {
    blame: "user",
    what: "The file {name} of build {build} was removed.",
    why: "Files of builds are kept for some time only; those of this build were removed on {at}.",
    next: "Build that commit again. How long an app's files are kept: millwright apps set APP --keep-artifacts-days DAYS",
  },
  LOG_REMOVED: {
    blame: "user",
    what: "The log of build {build} was removed.",
    why: "Logs are kept for some time only; this one was removed on {at}.",
    next: "What the build did and why it failed is still there: millwright builds show {build}. How long an app's logs are kept: millwright apps set APP --keep-logs-days DAYS",
  },
  DOWNLOAD_EXPIRED: {
    blame: "user",
    what: "This download address has expired.",
    why: "Such addresses need no login, so each is good for a short time only.",
    next: "Ask for a new one: the webhook, the Ionic CLI and millwright download make them.",
  },
  ARTIFACT_NOT_INSTALLABLE: {
    blame: "user",
    what: "{name} can't be offered to phones.",
    why: "{reason}",
    next: "Download it, or build an apk for Android, or for iOS the type ad-hoc, development or enterprise.",
  },
  DOWNLOAD_UNKNOWN: {
    blame: "user",
    what: "There is no download at this address.",
    why: "The controller didn't make it, or it was cut off or changed on its way.",
    next: "Copy the whole address, or ask for a new one.",
  },
});
