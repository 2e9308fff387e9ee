import { execFileSync } from "node:child_process";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { Redactor } from "../../../src/base/redaction/redactor.ts";
import { fetchStep } from "../../../src/build/checkout/fetch.ts";
import { inspectStep } from "../../../src/build/checkout/inspect.ts";
import { checkoutStep, removeWorktree } from "../../../src/build/checkout/worktree.ts";
import type { JobContext } from "../../../src/build/job/context.ts";
import { jobIn } from "../../secrets/job.ts";
import type { Prepared, Row, Way } from "../row.ts";
import { git, makeRepository, type RepositorySizes } from "./repository.ts";

const NAMES = { millwright: "Millwright", depth: "git fetch --depth 1", clone: "git clone" };
const ROUNDS = 5;

export function checkoutRow(sizes: RepositorySizes = { files: 20_000, commits: 2_000 }): Row {
  return {
    name: "checkout",
    measures: "the checkout of the next commit of a repository that was built before",
    unit: "s",
    rounds: ROUNDS,
    goals: [
      {
        says: "≤ 0.45 × git fetch --depth 1 into an empty folder",
        isReached: (figures) => {
          const [own, fetch] = [figures.get(NAMES.millwright)?.median, figures.get(NAMES.depth)?.median];
          return own === undefined || fetch === undefined ? undefined : own <= 0.45 * fetch;
        },
      },
    ],
    prepare: (folder) => prepare(folder, sizes),
  };
}

async function prepare(folder: string, sizes: RepositorySizes): Promise<Prepared> {
  const remote = join(folder, "remote.git");
  await makeRepository(remote, sizes);
  const url = `file://${remote}`;
  const shas = lastCommits(remote, 2 * ROUNDS + 1);
  await git(["update-ref", "refs/heads/main", shas.pop() ?? ""], remote);
  let jobs = 0;
  const build = async (): Promise<number> => {
    jobs += 1;
    const context = jobOf(folder, jobs, url);
    const began = performance.now();
    await fetchStep.run(context);
    await inspectStep.run(context); // what is checked out depends on what it finds
    await checkoutStep.run(context);
    const took = performance.now() - began;
    await removeWorktree(context);
    return took / 1000;
  };
  await build(); // the first one, which fetches everything
  return {
    ways: [
      {
        name: NAMES.millwright,
        measure: async () => {
          await git(["update-ref", "refs/heads/main", shas.pop() ?? "main"], remote); // somebody pushed
          return [await build()];
        },
      },
      intoEmpty(NAMES.depth, join(folder, "shallow"), async (target) => {
        await git(["init", "--quiet", target], folder);
        await git(["fetch", "--quiet", "--depth", "1", url, "main"], target);
        await git(["checkout", "--quiet", "--detach", "FETCH_HEAD"], target);
      }),
      intoEmpty(NAMES.clone, join(folder, "clone"), (target) => git(["clone", "--quiet", url, target], folder)),
    ],
    missing: [],
    notes: [
      `${sizes.files} files, ${sizes.commits} commits of which each changes ten files; over file://, without a network`,
      "before each round somebody pushes one commit; Millwright asks for the branch, fetches it and adds a worktree",
    ],
    [Symbol.asyncDispose]: async () => rmSync(join(folder, "remote.git"), { recursive: true, force: true }),
  };
}

function intoEmpty(name: string, target: string, work: (target: string) => Promise<void>): Way {
  return {
    name,
    measure: async () => {
      rmSync(target, { recursive: true, force: true });
      const began = performance.now();
      await work(target);
      const took = performance.now() - began;
      rmSync(target, { recursive: true, force: true });
      return [took / 1000];
    },
  };
}

/** A job of its own on the host whose mirrors are in the folder. */
function jobOf(folder: string, number: number, url: string): JobContext {
  const { context } = jobIn(join(folder, `job-${number}`), new Redactor());
  const environment = { PATH: process.env["PATH"] ?? "" };
  const host = { ...context.host, mirrorsFolder: join(folder, "mirrors"), environment };
  return { ...context, spec: { ...context.spec, app: { ...context.spec.app, gitUrl: url }, commit: "main" }, host };
}

/** The newest first. */
function lastCommits(repository: string, count: number): string[] {
  const args = ["log", `--max-count=${count}`, "--format=%H", "main"];
  return execFileSync("git", args, { cwd: repository, encoding: "utf8" }).trim().split("\n");
}
