import { readFileSync, realpathSync } from "node:fs";
import { dirname, join } from "node:path";
import { run } from "../../base/processes/run.ts";
import { which } from "../../base/processes/which.ts";
import type { Tool } from "./tool.ts";

/** Node, npm, git and git-lfs of the environment's PATH, those that are there. */
export async function findPrograms(environment: Readonly<Record<string, string>>): Promise<Tool[]> {
  const [node, git, lfs] = await Promise.all([
    versionSaid("node", environment, /v(\d+\.\d+\.\d+)/),
    versionSaid("git", environment, /git version (\S+)/),
    versionSaid("git-lfs", environment, /git-lfs\/(\S+)/),
  ]);
  return [node, findNpm(environment), git, lfs].filter((tool) => tool !== undefined);
}

/** npm's version from its package.json: starting npm takes half a second. */
function findNpm(environment: Readonly<Record<string, string>>): Tool | undefined {
  const program = which("npm", environment["PATH"] ?? "");
  if (!program) return undefined;
  let version: string | undefined;
  try {
    const folder = dirname(dirname(realpathSync(program)));
    version = (JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as { version?: string }).version;
  } catch {
    // npm is a script that lies outside of its package
  }
  return { kind: "npm", version: version ?? "of unknown version", path: program };
}

async function versionSaid(
  kind: string,
  environment: Readonly<Record<string, string>>,
  form: RegExp,
): Promise<Tool | undefined> {
  const path = which(kind, environment["PATH"] ?? "");
  if (!path) return undefined;
  let said = "";
  await run({
    command: path,
    args: ["--version"],
    cwd: "/",
    environment,
    signal: AbortSignal.timeout(5_000),
    graceMs: 100,
    onOutput: (_stream, bytes) => {
      said += bytes.toString();
    },
  });
  return { kind, version: form.exec(said)?.[1] ?? "of unknown version", path };
}
