import { Refusal } from "../machine/tool.ts";

export interface CodesignCommand {
  action: "sign" | "verify" | "display";
  identity: string;
  keychain: string | undefined;
  entitlementsFile: string | undefined;
  /** With -d: "-", ":-" or a path; undefined where they aren't asked for. */
  entitlementsTo: string | undefined;
  extractCertificates: string | undefined;
  xml: boolean;
  force: boolean;
  verbose: number;
  paths: string[];
}

const WITH_VALUE = [
  "--sign",
  "--keychain",
  "--entitlements",
  "--identifier",
  "--options",
  "--requirements",
  "--prefix",
];
const SHORT: Record<string, string> = {
  s: "--sign",
  f: "--force",
  d: "--display",
  i: "--identifier",
  o: "--options",
  r: "--requirements",
};

/** `-v` alone verifies; behind -s or -d it says more, as in -dvvv. */
export function readCodesign(argv: readonly string[]): CodesignCommand {
  const words = argv.flatMap(split);
  const values = new Map<string, string>();
  const flags = new Set<string>();
  const paths: string[] = [];
  let verbose = 0;
  while (words.length > 0) {
    const word = words.shift() ?? "";
    const [, name = word, attached] = /^(--[\w-]+)=([\s\S]*)$/.exec(word) ?? [];
    if (name === "-v" || name === "--verbose") verbose += Number(attached ?? 1);
    else if (WITH_VALUE.includes(name)) values.set(name, attached ?? words.shift() ?? "");
    else if (name.startsWith("--")) {
      flags.add(name);
      if (attached !== undefined) values.set(name, attached);
    } else if (name.startsWith("-") && name !== "-") throw new Refusal(2, `codesign: unrecognized option \`${name}'`);
    else paths.push(word);
  }
  const display = flags.has("--display");
  const entitlements = values.get("--entitlements");
  return {
    action: display ? "display" : values.has("--sign") ? "sign" : "verify",
    identity: values.get("--sign") ?? "",
    keychain: values.get("--keychain"),
    entitlementsFile: display ? undefined : entitlements,
    entitlementsTo: display ? entitlements : undefined,
    extractCertificates: flags.has("--extract-certificates")
      ? (values.get("--extract-certificates") ?? "codesign")
      : undefined,
    xml: flags.has("--xml"),
    force: flags.has("--force"),
    verbose,
    paths,
  };
}

/** -dvvv into --display -v -v -v; -s takes the next word. */
function split(word: string): string[] {
  if (!/^-[a-zA-Z]+$/.test(word)) return [word];
  return [...word.slice(1)].map((letter) => SHORT[letter] ?? `-${letter}`);
}
