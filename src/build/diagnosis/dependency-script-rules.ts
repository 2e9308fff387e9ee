import { type Around, group, INSTALLING, type Rule } from "./rule.ts";

const ANY_MANAGER = "^(?:npm (?:error|ERR!) |.*\\| |error )?";

/** What packages do when they are unpacked and their install scripts run. Special ones first: npm shows one as the other. */
export const DEPENDENCY_SCRIPT_RULES: readonly Rule[] = [
  {
    code: "DEPENDENCY_GIT_LOGIN",
    steps: INSTALLING,
    pattern: [
      new RegExp(`${ANY_MANAGER}.*(Permission denied \\(publickey.*?\\)|Host key verification failed)`),
      new RegExp(`${ANY_MANAGER}(?:fatal|remote|ERROR): (Authentication failed.*|could not read Username.*)`),
      new RegExp(`${ANY_MANAGER}(?:fatal: |remote: |ERROR: )(Repository not found.*)`),
      new RegExp(`${ANY_MANAGER}fatal: (unable to access '[^']*': .*40[13].*)`),
    ],
    values: (match, around) => ({ said: match[1] ?? "", repository: gitRepository(around) }),
  },
  {
    code: "DEPENDENCY_GIT_UNREACHABLE",
    steps: INSTALLING,
    pattern: [
      new RegExp(`${ANY_MANAGER}(ssh: (?:connect to host|Could not resolve hostname) .*)`),
      new RegExp(`${ANY_MANAGER}fatal: (unable to access '[^']*': .*)`),
    ],
    values: (match, around) => ({ said: match[1] ?? "", repository: gitRepository(around) }),
  },
  {
    code: "PACKAGE_ARCHIVE_UNSAFE",
    steps: INSTALLING,
    // Only a warning, which matters when something is missing afterwards.
    pattern: /^npm (?:warn|WARN) tar (TAR_ENTRY_ERROR path (?:contains '\.\.'|is absolute).*)/,
    values: (match, around) => {
      const missing = around.find(/Cannot find module|ENOENT|MODULE_NOT_FOUND/);
      return missing && { said: match[1] ?? "" };
    },
  },
  {
    code: "NATIVE_MODULE_FAILED",
    steps: INSTALLING,
    pattern: new RegExp(`${ANY_MANAGER}gyp ERR! (?:stack Error: )?(.+ (?:error|failed).*|find Python.*)`),
    values: (match, around) => {
      const failed = around.find(/gyp ERR! (?:stack )?Error: (.+)/);
      return { package: scriptOwner(around) ?? "A dependency", said: group(failed, 1, match[1] ?? "") };
    },
  },
  {
    code: "INSTALL_SCRIPT_FAILED",
    steps: INSTALLING,
    pattern: [
      /^npm (?:error|ERR!) command (?!failed|git)(?:\S*sh -c |.* \/c )?(.+)/,
      /^error \S*node_modules\/\S+: Command failed\.()/,
    ],
    // The app's own install scripts are none of a package.
    values: (match, around) => {
      const owner = scriptOwner(around);
      const script = match[1] || group(around.find(/^Command: (.+)/), 1, "its install script");
      return owner ? { package: owner, script } : undefined;
    },
  },
];

function gitRepository(around: Around): string {
  const command = around.find(/(?:ls-remote|clone).*?((?:ssh|https?|git):\/\/\S+|git@\S+)/);
  return group(command ?? around.find(/'((?:https?|ssh):\/\/[^']+)'/), 1, "named in package.json");
}

/** npm and Yarn name the folder of the package whose script they ran; undefined when it is no package's. */
function scriptOwner(around: Around): string | undefined {
  return around.find(/(?:path|error|Directory:) \S*node_modules\/((?:@[^/\s]+\/)?[^/\s:]+)/)?.[1];
}
