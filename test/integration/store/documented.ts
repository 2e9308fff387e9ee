import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { promisify } from "node:util";

const run = promisify(execFile);

/** The commands that docs/growing.md shows below a heading in bold, with other words put in for those of the examples. */
export function documentedCommands(below: string, words: Record<string, string>): string {
  const text = readFileSync("docs/growing.md", "utf8");
  const [, after] = text.split(`**${below}**`);
  const block = /```sh\n([\s\S]*?)```/.exec(after ?? "")?.[1];
  if (block === undefined) throw new Error(`docs/growing.md shows no commands below ${below}`);
  return Object.entries(words).reduce((commands, [word, other]) => {
    if (!commands.includes(word)) throw new Error(`docs/growing.md says nothing of ${word} below ${below}`);
    return commands.replaceAll(word, other);
  }, block);
}

/** Runs commands as an operator does who copies them; throws what the first one that fails says. */
export async function copied(commands: string, environment: Record<string, string> = {}, cwd = "/"): Promise<void> {
  const { PATH = "" } = process.env;
  await run("bash", ["-e", "-c", commands], { cwd, env: { PATH, ...environment } });
}
