import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { CATALOGUE } from "../../../src/base/errors/catalogue.ts";
import type { CommandLine } from "../../../src/cli/commands/command-line.ts";
import { programToRead } from "../../support/program.ts";

const GUIDES = [
  "docs/appflow.md",
  "docs/security-model.md",
  "docs/troubleshooting.md",
  "docs/watching/traces.md",
  "docs/watching.md",
];
/** Names in capitals that are no codes: variables of the environment. */
const VARIABLES =
  /^(OTEL|MILLWRIGHT|IONIC|CI|NODE_EXTRA|GIT_SSL|API|CORDOVA|ORG|HTTP|HTTPS|NPM_TOKEN|GIT_CREDENTIALS|CHANNEL|APP_ID|TRACEPARENT|LOST)(_|$)/;

const program = programToRead();

function textOf(file: string): string {
  return readFileSync(file, "utf8");
}

/** What stands between backticks in a line, and the lines of shell blocks. */
function quotedOf(text: string): string[] {
  return [...text.matchAll(/`([^`\n]+)`/g)].map(([, quoted = ""]) => quoted);
}

function shellLinesOf(text: string): string[] {
  const blocks = [...text.matchAll(/```sh\n([\s\S]*?)```/g)].map(([, block = ""]) => block);
  return blocks.flatMap((block) => block.replaceAll(/\\\n\s*/g, "").split("\n"));
}

/** The command that the words of a line lead to, and the options that follow; undefined where the line calls none. */
function called(line: string): { command: CommandLine; options: string[] } | undefined {
  const [, rest] = /(?:^|[\s|(])millwright ([^#|]*)/.exec(line) ?? [];
  if (rest === undefined) return undefined;
  const words = rest.trim().split(/\s+/);
  let command: CommandLine = program;
  for (const word of words) {
    const next = command.subcommands.find((each) => each.name() === word);
    if (!next) break;
    command = next;
  }
  if (command === program && words[0]?.startsWith("--") !== true) throw new Error(`no command: ${line}`);
  return { command, options: words.filter((word) => /^--[a-z]/.test(word)).map((word) => word.replace(/=.*/, "")) };
}

test.each(GUIDES)("each code that %s names is in the catalogue", (file) => {
  const codes = quotedOf(textOf(file)).filter((word) => /^[A-Z]+_[A-Z_]+$/.test(word) && !VARIABLES.test(word));
  expect(codes.filter((code) => !(code in CATALOGUE))).toEqual([]);
  if (file === "docs/troubleshooting.md") expect(codes.length).toBeGreaterThan(100);
});

test.each(GUIDES)("each command that %s names exists, with its options", (file) => {
  const text = textOf(file);
  const calls = [...shellLinesOf(text), ...quotedOf(text).filter((quoted) => quoted.startsWith("millwright "))];
  for (const line of calls) {
    const found = called(line);
    if (!found) continue;
    const known = [...found.command.options, ...program.options].map(({ long }) => long);
    const unknown = found.options.filter((option) => !known.includes(option) && option !== "--version");
    expect(unknown, line).toEqual([]);
  }
});

test.each(GUIDES)("each link of %s leads to a file, and to a heading of it", (file) => {
  for (const [, target = ""] of textOf(file).matchAll(/\]\(([^)\s]+)\)/g)) {
    if (/^https?:/.test(target)) continue;
    const [path = "", heading] = target.split("#");
    const other = path === "" ? file : join(dirname(file), path);
    expect(existsSync(other), `${file}: ${target}`).toBe(true);
    if (heading !== undefined) expect(headingsOf(other), `${file}: ${target}`).toContain(heading);
  }
});

test("the list of documents in the README has every guide", () => {
  for (const file of GUIDES) expect(textOf("README.md")).toContain(`(${file})`);
});

/** As GitHub makes anchors of them. */
function headingsOf(file: string): string[] {
  return [...textOf(file).matchAll(/^#+ (.+)$/gm)].map(([, title = ""]) =>
    title
      .toLowerCase()
      .replaceAll(/[^\w\s-]/g, "")
      .replaceAll(/\s/g, "-"),
  );
}
