import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { git } from "../../../demo/playground.mjs";
import type { TestController } from "../../../support/controller.ts";
import { eventually } from "../../../support/eventually.ts";

const LINES = 2_000;

/** Prints half of its lines, and the other half once the file is there. */
const SCRIPT = (file: string) => `
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
const print = (from, to) => {
  for (let n = from; n < to; n += 1) console.log(String(n).padStart(8, "0") + " " + "x".repeat(80));
};
print(0, ${LINES / 2});
while (!existsSync(${JSON.stringify(file)})) {
  if (!existsSync(${JSON.stringify(dirname(file))})) process.exit(1); // the test has ended
  await new Promise((done) => setTimeout(done, 50));
}
print(${LINES / 2}, ${LINES});
mkdirSync("www", { recursive: true });
writeFileSync("www/index.html", "<p>built</p>");
`;

export interface HeldBuild {
  id: number;
  /** Lets it end, and answers its status, its attempt and what is wrong in its log. */
  finish(): Promise<{ status: string; attempt: number; missing: number[]; doubled: number[] }>;
}

/** A build that is in the middle of its work, and stays there until it is told to go on. */
export async function heldBuild(controller: TestController, folder: string): Promise<HeldBuild> {
  // A folder that the agent's configuration shows to builds: a contained one sees no other of the test.
  const gate = join(folder, "gate", "go-on");
  mkdirSync(dirname(gate), { recursive: true });
  const url = repository(join(folder, "app"), gate);
  await controller.api("POST", "/apps", { name: "app", gitUrl: url });
  const asked = await controller.api("POST", "/apps/app/builds", { kind: "deploy", commit: "main" });
  const { id } = asked.body as { id: number };
  const numbers = async () => {
    const text = (await controller.api("GET", `/builds/${id}/log`)).body as string;
    return `${text}`.split("\n").flatMap((line) => (/^\d{8} x{80}$/.test(line) ? Number(line.slice(0, 8)) : []));
  };
  await eventually("the build has printed its first half", async () => (await numbers()).length === LINES / 2, 60_000);
  return {
    id,
    finish: async () => {
      writeFileSync(gate, "");
      const ended = await eventually(
        "the build has ended",
        async () => {
          const build = await controller.build(id);
          return ["success", "failed", "canceled"].includes(build.status) ? build : undefined;
        },
        60_000,
      );
      const found = await numbers();
      const all = Array.from({ length: LINES }, (_, number) => number);
      const missing = all.filter((number) => !found.includes(number));
      const doubled = found.filter((number, at) => found.indexOf(number) !== at);
      return { status: ended.status, attempt: ended.attempt, missing, doubled };
    },
  };
}

/** What a build has to be at its end, whatever was done to its agent. */
export const WHOLE = { status: "success", attempt: 1, missing: [], doubled: [] };

function repository(folder: string, gate: string): string {
  if (existsSync(folder)) return folder;
  mkdirSync(folder);
  const manifest = { name: "held", version: "1.0.0", scripts: { build: "node build.mjs" } };
  const lock = {
    ...manifest,
    scripts: undefined,
    lockfileVersion: 3,
    packages: { "": { name: "held", version: "1.0.0" } },
  };
  writeFileSync(join(folder, "package.json"), JSON.stringify(manifest));
  writeFileSync(join(folder, "package-lock.json"), JSON.stringify(lock));
  writeFileSync(join(folder, "build.mjs"), SCRIPT(gate));
  git(folder, "init", "--quiet", "--initial-branch=main");
  git(folder, "add", "--all");
  git(folder, "commit", "--quiet", "--message", "A build that waits");
  return folder;
}
