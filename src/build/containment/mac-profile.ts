/** What a profile of `sandbox-exec` says of paths; all of them as they really are, without links. */
export interface MacRules {
  /** Whether it may use the network beyond this host. */
  network: boolean;
  /** The only folders that are written. */
  writable: readonly string[];
  /** Files and folders whose contents can't be read. */
  hidden: readonly string[];
  /** What of the hidden can be read all the same. */
  shown: readonly string[];
}

/**
 * A profile in Apple's language, where the last rule that fits counts. What isn't named is allowed: a build for iOS talks to
 * dozens of services of the system (securityd signs, CoreSimulator compiles assets), which nobody has a full list of. Of hidden
 * folders only contents and names of files can't be read: programs look at each folder above a path that they are given.
 */
export function macProfile({ network, writable, hidden, shown }: MacRules): string {
  return [
    "(version 1)",
    "(allow default)",
    ...(network ? [] : NO_NETWORK),
    "(deny file-write*)",
    ...rule("allow file-write*", writable),
    ...rule("deny file-read-data", hidden),
    ...rule("allow file-read-data", shown),
    "",
  ].join("\n");
}

/** Sockets of files and of this host itself stay: tools talk to their own daemons. */
const NO_NETWORK = [
  "(deny network*)",
  '(allow network* (local ip "localhost:*"))',
  '(allow network* (remote ip "localhost:*"))',
  "(allow network* (remote unix-socket))",
];

function rule(words: string, paths: readonly string[]): string[] {
  const unique = [...new Set(paths)].filter((path) => path.startsWith("/") && path !== "/");
  return unique.length === 0 ? [] : [`(${words}`, ...unique.map((path) => `  (subpath ${quoted(path)})`), ")"];
}

/** As a string of Scheme; no other character means something in it. */
function quoted(path: string): string {
  return `"${path.replace(/["\\]/g, "\\$&")}"`;
}
