import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Plan } from "./plan.ts";

const MANIFEST = JSON.stringify({ name: "faulty", version: "1.0.0", scripts: { build: "node build.mjs" } });
// With it npm has nothing to ask the registry for.
const LOCK = JSON.stringify({
  name: "faulty",
  version: "1.0.0",
  lockfileVersion: 3,
  packages: { "": { name: "faulty", version: "1.0.0" } },
});

/** A bare repository in which each plan is a branch of its own, named by the plan's seed. */
export class Repository {
  readonly folder: string;
  private readonly script: string;

  constructor(folder: string) {
    this.folder = folder;
    this.script = readFileSync(join(process.cwd(), "test/faults/app/build.mjs"), "utf8");
    execFileSync("git", ["init", "--quiet", "--bare", "--initial-branch=main", folder]);
  }

  /** Commits the app with this plan; `ballast` bytes of noise make the pack larger. */
  commit(plan: Plan, ballast: Buffer = Buffer.alloc(0)): void {
    const files: [string, string | Buffer][] = [
      ["package.json", MANIFEST],
      ["package-lock.json", LOCK],
      ["build.mjs", this.script],
      ["plan.json", JSON.stringify(plan)],
    ];
    if (ballast.length > 0) files.push(["ballast.bin", ballast]);
    const message = `Build ${plan.seed}`;
    const parts = [
      `commit refs/heads/${plan.seed}\ncommitter Fault <faults@millwright.invalid> 1700000000 +0000\n`,
      `data ${message.length}\n${message}\n`,
      ...files.flatMap(([name, content]) => [
        `M 100644 inline ${name}\ndata ${Buffer.byteLength(content)}\n`,
        content,
        "\n",
      ]),
    ];
    const input = Buffer.concat(parts.map((part) => Buffer.from(part)));
    execFileSync("git", ["-C", this.folder, "fast-import", "--quiet", "--force"], { input });
  }
}
