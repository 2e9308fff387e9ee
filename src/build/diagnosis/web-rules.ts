import { ANY, group, type Rule, WEB } from "./rule.ts";

const HOOKS_TOO = ["web-build", "platform", "compile"] as const;

/** Node, bundlers and compilers of a web build. */
export const WEB_RULES: readonly Rule[] = [
  {
    code: "NODE_OPENSSL_LEGACY",
    steps: ANY,
    pattern: /error:0308010C:digital envelope routines::unsupported|code: 'ERR_OSSL_EVP_UNSUPPORTED'/,
  },
  {
    code: "NODE_SASS_UNSUITABLE",
    steps: ANY,
    pattern: /Node Sass does not yet support your current environment|Missing binding \S*node_modules\/node-sass\//,
  },
  {
    code: "OPTIONAL_DEPENDENCY_MISSING",
    steps: WEB,
    pattern: [
      /Cannot find module '?((?:@rollup\/rollup|@esbuild\/|@swc\/core|@parcel\/watcher|lightningcss|@tailwindcss\/oxide)[\w./-]*?-?(?:linux|darwin)[\w.-]*)/,
      /The package "(@esbuild\/[\w-]+)" could not be found, and is needed by esbuild/,
    ],
    values: (match) => ({ package: match[1] ?? "" }),
  },
  {
    code: "ES_MODULE_REQUIRED",
    steps: HOOKS_TOO,
    pattern: /(?:Error(?: \[ERR_REQUIRE_ESM\])?): require\(\) of ES Module (\S+)(?: from (\S+))? not supported/,
    values: (match) => ({ module: match[1] ?? "", from: match[2] ?? "the code that loads it" }),
  },
  {
    code: "TYPESCRIPT_ERROR",
    steps: WEB,
    pattern: [
      /(?:^|Error: )([\w@./ -]+\.[cm]?tsx?)[(:](\d+)[,:]\d+\)?(?::| -) (error TS\d+: .+)/,
      /\[ERROR\] (TS\d+: .+)/,
    ],
    values: (match, around) => {
      if (match[3]) return { place: `${match[1]}:${match[2]}`, error: match[3] };
      return { place: group(around.find(/^\s+(\S+\.[cm]?tsx?:\d+):\d+:$/), 1, "see below"), error: match[1] ?? "" };
    },
  },
  {
    code: "MODULE_NOT_FOUND",
    steps: WEB,
    pattern: [
      /Module not found: Error: Can't resolve '([^']+)' in '([^']+)'/,
      /Roll(?:up|down) failed to resolve import "([^"]+)" from "([^"]+)"/,
      /\[ERROR\] Could not resolve "([^"]+)"()/,
      /Error(?: \[ERR_MODULE_NOT_FOUND\])?: Cannot find (?:module|package) '([^']+)'(?: imported from (\S+))?/,
    ],
    values: (match, around) => {
      const place = around.find(/^\s+(\S+\.\w+:\d+):\d+:$|^- (\/\S+)/);
      return { module: match[1] ?? "", from: match[2] || group(place, 1, group(place, 2, "the build")) };
    },
  },
  {
    code: "BUNDLE_TOO_LARGE",
    steps: WEB,
    pattern: /(?:^Error: |\[ERROR\] )(.+ exceeded maximum budget\..*)/,
    values: (match) => ({ bundle: match[1] ?? "" }),
  },
  {
    code: "JAVASCRIPT_SYNTAX",
    steps: HOOKS_TOO,
    pattern: /^(SyntaxError: .+)/,
    values: (match, around) => {
      const place = around.find(/^(?:file:\/\/)?(\/\S+\.[cm]?js:\d+)$/);
      return place && { place: place[1] ?? "", error: match[1] ?? "" };
    },
  },
  {
    code: "BUILD_TOOL_NOT_INSTALLED",
    steps: ["install", "web-build"],
    pattern: [
      /^(?:\/bin\/)?(?:sh|bash|zsh|dash): (?:line )?(?:\d+: )?([\w@./-]+): (?:command )?not found$/,
      /^(?:sh|zsh): command not found: ([\w@./-]+)$/,
    ],
    // A shell's 127, so that a missing tool behind `|| true` isn't taken for the cause.
    values: (match, around) => {
      const meant = around.command.exit === "exit code 127" || around.find(/\b(?:code|status) 127\b/);
      return meant ? { tool: match[1] ?? "" } : undefined;
    },
  },
];
