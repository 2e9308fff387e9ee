/** What git is told for every repository of the controller, whatever the files of the host say. */
function settingsFor(mostPushBytes: number): [string, string][] {
  return [
    ["safe.directory", "*"],
    ["core.hooksPath", "/dev/null"],
    ["core.fsmonitor", "false"],
    // A push is answered when it would survive a power cut.
    ["core.fsync", "committed,reference"],
    // Commits that a forced push left behind stay for a while: builds of them may still be asked for.
    ["core.logAllRefUpdates", "always"],
    ["http.receivepack", "true"],
    ["http.uploadpack", "true"],
    ["http.getanyfile", "false"],
    ["receive.maxInputSize", String(mostPushBytes)],
    ["receive.denyNonFastForwards", "false"],
    ["receive.denyDeleteCurrent", "ignore"],
    ["receive.fsckObjects", "true"],
    // Old histories are full of these, and they harm nobody (GitLab's servers let them pass, too).
    ["receive.fsck.badTimezone", "ignore"],
    ["receive.fsck.missingSpaceBeforeDate", "ignore"],
    ["receive.fsck.zeroPaddedFilemode", "ignore"],
    // Builds fetch exact commits, also those that no branch holds any more.
    ["uploadpack.allowAnySHA1InWant", "true"],
  ];
}

/** The whole environment of a git that works on a repository of the controller (git 2.31 or newer reads it). */
export function gitEnvironment(mostPushBytes: number, extra: Record<string, string> = {}): Record<string, string> {
  const environment: Record<string, string> = {
    PATH: process.env["PATH"] ?? "/usr/bin:/bin",
    LC_ALL: "C",
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_CONFIG_GLOBAL: "/dev/null",
    GIT_ATTR_NOSYSTEM: "1",
    GIT_TERMINAL_PROMPT: "0",
    ...extra,
  };
  const settings = settingsFor(mostPushBytes);
  settings.forEach(([key, value], index) => {
    environment[`GIT_CONFIG_KEY_${index}`] = key;
    environment[`GIT_CONFIG_VALUE_${index}`] = value;
  });
  return { ...environment, GIT_CONFIG_COUNT: String(settings.length) };
}
