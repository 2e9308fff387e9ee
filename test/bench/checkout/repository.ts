import { spawn } from "node:child_process";
import { once } from "node:events";
import { Random } from "../../model/random.ts";

export interface RepositorySizes {
  files: number;
  commits: number;
}

const FILES_IN_A_FOLDER = 50;
const CHANGED_IN_A_COMMIT = 10;
const WHO = "Bench <bench@example.test>";

/** A bare repository with so many files and commits, the same each time; made by `git fast-import`. */
export async function makeRepository(folder: string, { files, commits }: RepositorySizes): Promise<void> {
  await git(["init", "--quiet", "--bare", "--initial-branch=main", folder], "/");
  await git(["config", "uploadpack.allowAnySHA1InWant", "true"], folder);
  const importing = spawn("git", ["fast-import", "--quiet"], { cwd: folder, stdio: ["pipe", "ignore", "inherit"] });
  const ended = once(importing, "exit");
  const random = new Random(1);
  for (let number = 0; number < commits; number += 1) {
    const changed =
      number === 0 ? range(files) : range(Math.min(files, CHANGED_IN_A_COMMIT)).map(() => random.below(files));
    if (!importing.stdin.write(commit(number, changed, random))) await once(importing.stdin, "drain");
  }
  importing.stdin.end();
  const [code] = (await ended) as [number];
  if (code !== 0) throw new Error(`git fast-import ended with ${code}`);
}

/** Runs git without the configuration of this host. Throws when it fails. */
export async function git(args: readonly string[], cwd: string): Promise<void> {
  const env = {
    PATH: process.env["PATH"] ?? "",
    GIT_CONFIG_GLOBAL: "/dev/null",
    GIT_CONFIG_NOSYSTEM: "1",
    LC_ALL: "C",
  };
  const child = spawn("git", args, { cwd, env, stdio: ["ignore", "ignore", "pipe"] });
  let said = "";
  child.stderr.on("data", (bytes: Buffer) => {
    said += bytes;
  });
  const [code] = (await once(child, "close")) as [number];
  if (code !== 0) throw new Error(`git ${args[0]} ended with ${code}: ${said}`);
}

function commit(number: number, changed: readonly number[], random: Random): string {
  const message = `Change ${number}`;
  const files = [...new Set(changed)].map((file) => {
    const text = sourceText(random, number === 0 && file % 20 === 0 ? 400 : 40);
    return `M 100644 inline ${pathOf(file)}\ndata ${Buffer.byteLength(text)}\n${text}\n`;
  });
  const head = `commit refs/heads/main\ncommitter ${WHO} ${1_700_000_000 + number} +0000\ndata ${message.length}\n${message}\n`;
  const packageJson = number === 0 ? `M 100644 inline package.json\ndata 2\n{}\n` : "";
  return `${head}${packageJson}${files.join("")}\n`;
}

/** Like the files of an app: most have a few KB. */
function sourceText(random: Random, lines: number): string {
  const word = () => random.below(2 ** 31).toString(36);
  return Array.from(
    { length: lines },
    () => `export const ${word()} = "${word()}${word()}${word()}"; // ${word()}\n`,
  ).join("");
}

function pathOf(file: number): string {
  const folder = Math.floor(file / FILES_IN_A_FOLDER);
  return `src/part${folder % 20}/folder${folder}/file${file}.ts`;
}

function range(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index);
}
