import { errorOf, type MillwrightError } from "../../base/errors/millwright-error.ts";

type Kind = "REPOSITORY_UNREACHABLE" | "REPOSITORY_NOT_FOUND" | "REPOSITORY_CREDENTIALS" | "REPOSITORY_STALLED";

/** What git (2.30 to 2.50), its servers and ssh say in English; the first row that matches counts. */
const SAYINGS: readonly [RegExp, Kind][] = [
  [/Authentication failed|could not read (Username|Password)|Permission denied \(/, "REPOSITORY_CREDENTIALS"],
  [/returned error: 40[13]|HTTP 40[13]|Invalid username or password|access denied/i, "REPOSITORY_CREDENTIALS"],
  [/Repository not found|repository '.*' not found|does not appear to be a git repository/i, "REPOSITORY_NOT_FOUND"],
  [/returned error: 404|no such project|project you were looking for could not be found/i, "REPOSITORY_NOT_FOUND"],
  [/Could not resolve host|unable to look up|Connection refused|Failed to connect/i, "REPOSITORY_UNREACHABLE"],
  [/No route to host|Network is unreachable|Connection timed out|Operation timed out/i, "REPOSITORY_UNREACHABLE"],
  [/SSL certificate|server certificate|Host key verification failed/i, "REPOSITORY_UNREACHABLE"],
  [/early EOF|hung up unexpectedly|RPC failed|Connection reset|unexpected disconnect/i, "REPOSITORY_STALLED"],
  [/Operation too slow|returned error: (429|5\d\d)|invalid index-pack output|transfer closed/i, "REPOSITORY_STALLED"],
];

/** Whether the server has the commit but doesn't give it out by its digits, or doesn't have it at all. */
export function isRefusedCommit(stderr: string): boolean {
  return /not our ref|unadvertised object|couldn't find remote ref|remote did not send all necessary objects/i.test(
    stderr,
  );
}

/** git met objects in the mirror that are cut off or changed. */
export class DamagedMirror extends Error {}

/** Whether that is what git said; what begins with `remote:` is of the server. */
export function isDamage(stderr: string): boolean {
  const own = stderr.replace(/^remote:.*$/gm, "");
  return /\bcorrupt|inflate: |bad (tree |)object|unable to (read|unpack|parse) |is far too short|does not match index|missing (blob|tree|commit)|object .*is empty|failed to read object|invalid object|packfile .*(cannot|invalid)|index file .* too small/i.test(
    own,
  );
}

/** The error that a failed git call over the network means. */
export function gitFailure(stderr: string, repository: string, app: string, hasLogin: boolean): MillwrightError {
  const found = SAYINGS.find(([pattern]) => pattern.test(stderr));
  const code = found?.[1] ?? "REPOSITORY_UNREACHABLE";
  let reason = lastTelling(stderr);
  if (code === "REPOSITORY_CREDENTIALS" && !hasLogin) reason = `${reason} (the app has no user name and token)`;
  return errorOf(code, { repository, app, reason });
}

function lastTelling(stderr: string): string {
  const lines = stderr
    .split(/[\r\n]+/)
    .map((line) => line.trim())
    .filter((line) => line !== "");
  const telling = lines.filter((line) => /^(fatal|error|ERROR|remote|ssh)[:\s]/.test(line));
  return (telling.slice(0, 2).join("; ") || lines.at(-1)) ?? "nothing";
}
