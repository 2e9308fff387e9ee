import { group, INSTALLING, type Rule } from "./rule.ts";

/** Yarn 1 (`error …`), Yarn 2 to 4 (`➤ YN0000:`), and pnpm (` ERR_PNPM_…`). */
export const YARN_PNPM_RULES: readonly Rule[] = [
  {
    code: "LOCK_FILE_MISMATCH",
    steps: ["install"],
    pattern: [/^error Your lockfile needs to be updated/, /YN0028: .*explicitly forbidden/],
    values: (_, around) => ({ command: around.command.command, lockFile: "yarn.lock", manager: "yarn" }),
  },
  {
    code: "LOCK_FILE_MISMATCH",
    steps: ["install"],
    pattern: /ERR_PNPM_(?:OUTDATED_LOCKFILE|LOCKFILE_CONFIG_MISMATCH)/,
    values: (_, around) => ({ command: around.command.command, lockFile: "pnpm-lock.yaml", manager: "pnpm" }),
  },
  {
    code: "PACKAGE_MANAGER_VERSION",
    steps: INSTALLING,
    pattern: [
      /defines "packageManager": "([^"+]+)[^"]*"\. However the current global version of Yarn is (\S+?)\.?$/,
      /This project is configured to use (\S+) of pnpm\. Your current pnpm is v(\S+)/,
    ],
    values: (match) => ({ wanted: match[1] ?? "", found: match[2] ?? "" }),
  },
  {
    code: "PACKAGE_NOT_FOUND",
    steps: INSTALLING,
    pattern: [
      /^error Error: \S+\/([^/\s]+): Not found/,
      /^error .*Couldn't find package "([^"]+)"/,
      /YN0035: .*?(\S+)@\S+: Package not found/,
      /ERR_PNPM_FETCH_404\s.*\/([^/\s]+): Not Found/,
    ],
    values: (match) => ({ package: decodeURIComponent(match[1] ?? "") }),
  },
  {
    code: "PACKAGE_VERSION_NOT_FOUND",
    steps: INSTALLING,
    pattern: [
      /^error Couldn't find any versions for "([^"]+)" that matches "([^"]+)"/,
      /ERR_PNPM_NO_MATCHING_VERSION\s.*No matching version found for (\S+?)(?: while| inside|\.?$)/,
      /YN0082: .*?(\S+): No candidates found/,
    ],
    values: (match) => ({ package: match[2] ? `${match[1]}@${match[2]}` : (match[1] ?? "") }),
  },
  {
    code: "DEPENDENCY_CONFLICT",
    steps: INSTALLING,
    pattern: /ERR_PNPM_PEER_DEP_ISSUES/,
    values: (_, around) => {
      const unmet = around.find(/unmet peer (\S+?): found (\S+)/);
      return {
        package: group(around.find(/[└├]─┬ (\S+)/), 1, "one of them"),
        peer: group(unmet, 1, "another version of a package"),
        found: group(unmet, 2, "see below"),
      };
    },
  },
  {
    code: "DEPENDENCY_INTEGRITY",
    steps: INSTALLING,
    pattern: [
      /^error .*Integrity check failed for "([^"]+)"/,
      /ERR_PNPM_TARBALL_INTEGRITY\s.*\/([^/\s"]+)\.tgz"/,
      /YN0018: .*?(\S+)@\S+: The remote archive doesn't match the expected checksum/,
    ],
    values: (match) => ({ package: match[1] ?? "" }),
  },
  {
    code: "REGISTRY_LOGIN",
    steps: INSTALLING,
    pattern: [
      /ERR_PNPM_FETCH_(40[13])\s.*GET (https?:\/\/[^/\s]+)/,
      /YN0041: .*(Invalid authentication|No authentication)/,
    ],
    values: (match) => ({ status: match[1] ?? "", address: match[2] ?? "The registry" }),
  },
  {
    code: "REGISTRY_BUSY",
    steps: INSTALLING,
    pattern: [
      /Request failed "((?:429|5\d\d) [^"]*)"/,
      /ERR_PNPM_FETCH_(429|5\d\d)/,
      /YN0035: .*Response Code: ((?:429|5\d\d)[^)]*\))/,
    ],
    values: (match) => ({ status: match[1] ?? "" }),
  },
  {
    code: "REGISTRY_UNREACHABLE",
    steps: INSTALLING,
    pattern: [
      /^error An unexpected error occurred: "(\S+ (?:ETIMEDOUT|ECONNRESET|ECONNREFUSED|ENOTFOUND|EAI_AGAIN|ESOCKETTIMEDOUT).*?)"/,
      /^error (Error: getaddrinfo (?:ENOTFOUND|EAI_AGAIN) .*|Error: connect E\w+ .*)/,
      /ERR_PNPM_META_FETCH_FAIL\s+(.*)/,
      /YN0001: .*(RequestError: .*)/,
    ],
    values: (match) => ({ said: match[1] ?? "" }),
  },
  {
    code: "NODE_VERSION_UNSUITABLE",
    steps: INSTALLING,
    pattern: [
      /^error (\S+): The engine "node" is incompatible with this module\. Expected version "([^"]+)"\. Got "([^"]+)"/,
      /Your Node version is incompatible with "([^"]+)"/,
    ],
    values: (match, around) => ({
      package: match[1] ?? "",
      wanted: match[2] ?? group(around.find(/^Expected version: (.+)/), 1, "another version"),
      found: match[3] ?? group(around.find(/^Got: v?(.+)/), 1, "of another version"),
    }),
  },
];
