import { ANY, group, INSTALLING, type Rule } from "./rule.ts";

const NPM = "npm (?:error|ERR!)";
const LOOK_DOWN = /npm (?:error|ERR!) (?!code|errno|syscall)(\S.*)/;

const npm = (text: string) => new RegExp(`^${NPM} ${text}`);

/** npm 7 to 11: `npm ERR!` until 9, `npm error` since. `npm warn` never counts. */
export const NPM_RULES: readonly Rule[] = [
  {
    code: "LOCK_FILE_MISMATCH",
    steps: ["install"],
    pattern: npm(".*can only install packages when your package\\.json and .* are in sync"),
    values: (_, around) => ({ command: around.command.command, lockFile: "package-lock.json", manager: "npm" }),
  },
  {
    code: "LOCK_FILE_UNREADABLE",
    steps: ["install"],
    // npm ci is only run when the commit has the file, so it is there.
    pattern: npm(".*can only install with an existing package-lock\\.json"),
  },
  {
    code: "DEPENDENCY_CONFLICT",
    steps: INSTALLING,
    pattern: npm("code ERESOLVE"),
    values: (_, around) => {
      const peer = around.find(/(?:peer|peerOptional) (\S+) from (\S+)/);
      return {
        peer: group(peer, 1, "another version of a package"),
        package: group(peer, 2, "one of them"),
        found: group(around.find(/Found: (\S+)/), 1, "see below"),
      };
    },
  },
  {
    code: "DEPENDENCY_INTEGRITY",
    steps: INSTALLING,
    pattern: npm("code EINTEGRITY"),
    values: (_, around) => ({
      package: group(around.find(/tarball data for (\S+?)@(?:https?:|\S* \()/), 1, "a package"),
    }),
  },
  {
    code: "PACKAGE_ARCHIVE_BROKEN",
    steps: INSTALLING,
    pattern: [npm("(?:code )?(TAR_BAD_ARCHIVE.*)"), npm("(zlib: .+)")],
    values: (match) => ({ said: match[1] ?? "" }),
  },
  {
    code: "PACKAGE_NOT_FOUND",
    steps: INSTALLING,
    pattern: npm("code E404"),
    values: (_, around) => {
      const named = around.find(/'(\S+)' (?:could not be found|is not in (?:this|the npm) registry)/);
      return { package: group(named ?? around.find(/Not Found - GET \S+\/(\S+)/), 1, "of one of the names asked for") };
    },
  },
  {
    code: "PACKAGE_VERSION_NOT_FOUND",
    steps: INSTALLING,
    pattern: npm("(?:notarget )?No matching version found for (\\S+?)\\.?$"),
    values: (match) => ({ package: match[1] ?? "" }),
  },
  {
    code: "REGISTRY_LOGIN",
    steps: INSTALLING,
    pattern: [npm("code (E401|E403|ENEEDAUTH)")],
    values: (match, around) => ({
      status: group(around.find(/\b(40[13] (?:Unauthorized|Forbidden))/), 1, match[1] ?? ""),
      address: group(around.find(/ - GET (https?:\/\/[^/\s]+)/), 1, "The registry"),
    }),
  },
  {
    code: "REGISTRY_BUSY",
    steps: INSTALLING,
    pattern: npm("code E(?:429|5\\d\\d)"),
    values: (match, around) => ({ status: group(around.find(/\b((?:429|5\d\d) [A-Z][\w -]*?) - /), 1, match[0]) }),
  },
  {
    code: "REGISTRY_CERTIFICATE",
    steps: INSTALLING,
    pattern: npm(
      "code ((?:DEPTH_ZERO_)?SELF_SIGNED_CERT\\w*|UNABLE_TO_\\w*CERT\\w*|UNABLE_TO_VERIFY_LEAF_SIGNATURE|CERT_HAS_EXPIRED|ERR_TLS_CERT_ALTNAME_INVALID)",
    ),
    values: (match) => ({ said: `npm says ${match[1]}` }),
  },
  {
    code: "REGISTRY_UNREACHABLE",
    steps: INSTALLING,
    pattern: npm(
      "code (ETIMEDOUT|ECONNRESET|ECONNREFUSED|ENOTFOUND|EAI_AGAIN|ENETUNREACH|EHOSTUNREACH|ESOCKETTIMEDOUT|ERR_SOCKET_TIMEOUT|FETCH_ERROR|EPIPE)",
    ),
    values: (match, around) => {
      const line = around.find(/(request to \S+ failed, reason: .*|network timeout at: \S+)/);
      return { said: `npm says: ${group(line, 1, match[1] ?? "")}` };
    },
  },
  {
    code: "NODE_VERSION_UNSUITABLE",
    steps: INSTALLING,
    pattern: npm("code EBADENGINE"),
    values: (_, around) => ({
      package: group(around.find(/Not compatible with your version of node\/npm: (\S+)/), 1, "A package"),
      wanted: group(around.find(/Required:\s*\{.*?"node":"([^"]+)"/), 1, "another version"),
      found: group(around.find(/Actual:\s*\{.*?"node":"v?([^"]+)"/), 1, "of another version"),
    }),
  },
  {
    code: "PACKAGE_PLATFORM_UNSUITABLE",
    steps: INSTALLING,
    pattern: npm("notsup Unsupported platform for (\\S+): wanted (\\S.*?) \\(current: (.*)\\)"),
    values: (match) => ({ package: match[1] ?? "", wanted: plain(match[2]), found: plain(match[3]) }),
  },
  {
    code: "DEPENDENCY_PROTOCOL_UNKNOWN",
    steps: INSTALLING,
    pattern: npm('Unsupported URL Type "[^"]+": (\\S+)'),
    values: (match) => ({ spec: match[1] ?? "" }),
  },
  {
    code: "NPM_CACHE_UNWRITABLE",
    steps: INSTALLING,
    pattern: [
      npm("Your cache folder contains root-owned files"),
      npm("(?:Error: )?(EACCES: permission denied, \\w+ '[^']*(?:npm-cache|_cacache|\\.npm)[^']*')"),
    ],
    values: (match, around) => ({ said: match[1] ?? group(around.find(LOOK_DOWN), 1, "npm may not write there") }),
  },
  {
    code: "NPM_SCRIPT_MISSING",
    steps: ANY,
    pattern: npm('Missing script: "([^"]+)"'),
    values: (match) => ({ script: match[1] ?? "" }),
  },
];

/** `darwin` of `{"os":"darwin"}`. */
function plain(json: string | undefined): string {
  return (json ?? "").replace(/[{}"]/g, "").replace(/\b(os|cpu|libc):/g, "");
}
