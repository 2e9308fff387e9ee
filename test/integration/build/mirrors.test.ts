import { closeSync, openSync, readdirSync, statSync, truncateSync, writeSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { findMarked } from "../../../src/base/processes/marked.ts";
import { readEvents } from "../../../src/protocol/job-folder/events.ts";
import { jobMarker } from "../../../src/protocol/job-folder/paths.ts";
import { eventually } from "../../support/eventually.ts";
import { serveGit } from "./git-server.ts";
import { MAKES_PAGE, makeRepository, webApp } from "./repositories.ts";
import { gitServer } from "./served.ts";
import { type RunningJob, runToEnd, startJob } from "./supervisor.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const DELAY_MS = 2_000;
const isFetch = (method = "", url = "") => method === "POST" && url.endsWith("/git-upload-pack");

/** A server that takes its time for each pack. */
async function slowServer() {
  const slow = { ms: 0, fetches: 0 };
  const server = await gitServer(undefined, async (request) => {
    if (isFetch(request.method, request.url)) {
      slow.fetches += 1;
      await new Promise((resolve) => setTimeout(resolve, slow.ms));
    }
    return false;
  });
  return { slow, server };
}

function msOf(job: RunningJob, step: string): number {
  const events = readEvents(job.paths.events, 0).filter((event) => event.step === step);
  const at = (kind: string) => events.find((event) => event.kind === kind)?.atMs ?? Number.NaN;
  return at("step-finished") - at("step-started");
}

test("Eight jobs that need eight new commits at once fetch beside each other", async () => {
  const { slow, server } = await slowServer();
  const app = server.add("app", webApp(MAKES_PAGE));
  const root = temporaryFolder();
  await runToEnd({ spec: { gitUrl: app.url, commit: app.sha }, root });
  const shas = Array.from({ length: 9 }, (_, n) => app.commit({ [`${n}.txt`]: `${n}` }));
  app.push();
  slow.ms = DELAY_MS;
  const alone = await runToEnd({ spec: { gitUrl: app.url, commit: shas[0] ?? "" }, root });
  const jobs = await Promise.all(shas.slice(1).map((commit) => runToEnd({ spec: { gitUrl: app.url, commit }, root })));
  expect(jobs.map(({ end }) => [end.outcome, end.commitSha])).toEqual(shas.slice(1).map((sha) => ["success", sha]));
  const slowest = Math.max(...jobs.map((job) => msOf(job, "fetch")));
  // One after the other the last would wait for seven fetches; the rest is for eight processes on a small machine.
  expect(slowest).toBeLessThan(msOf(alone, "fetch") + 2 * DELAY_MS);
});

test("Eight jobs that find no mirror wait for one fetch, and each has its commit", async () => {
  const { slow, server } = await slowServer();
  const app = server.add("app", webApp(MAKES_PAGE));
  const one = await runToEnd({ spec: { gitUrl: app.url, commit: app.sha } });
  const ofOne = slow.fetches;
  slow.fetches = 0;
  slow.ms = 500;
  const root = temporaryFolder();
  const jobs = await Promise.all(
    Array.from({ length: 8 }, () => runToEnd({ spec: { gitUrl: app.url, commit: app.sha }, root })),
  );
  expect(one.end.outcome).toBe("success");
  expect(jobs.map(({ end }) => end.outcome)).toEqual(Array(8).fill("success"));
  expect(slow.fetches).toBe(ofOne);
  const [mirror = ""] = readdirSync(join(root, "mirrors")).filter((name) => name.endsWith(".git"));
  expect(readdirSync(join(root, "mirrors", mirror, "checkouts")), "nobody uses it any more").toEqual([]);
});

test("A job that is killed while it fills the mirror keeps nobody waiting", async () => {
  const { slow, server } = await slowServer();
  const app = server.add("app", webApp(MAKES_PAGE));
  slow.ms = 60_000;
  const root = temporaryFolder();
  const killed = await startJob({ spec: { gitUrl: app.url, commit: app.sha }, root });
  await eventually("the job fetches", () => slow.fetches > 0);
  killed.child.kill("SIGKILL");
  slow.ms = 0;
  const next = await runToEnd({ spec: { gitUrl: app.url, commit: app.sha }, root });
  expect(next.end.outcome, next.log()).toBe("success");
  for (const pid of findMarked(jobMarker(killed.leaseId))) process.kill(pid, "SIGKILL");
});

test("A mirror with a pack that was cut off or changed is thrown away, and the build goes on", async () => {
  const { server } = await slowServer();
  const filler = Array.from({ length: 2_000 }, (_, n) => `${n} ${Math.sin(n)}`).join("\n");
  const app = server.add("app", { ...webApp(MAKES_PAGE), "filler.txt": filler });
  const root = temporaryFolder();
  const spec = { gitUrl: app.url, commit: app.sha };
  await runToEnd({ spec, root });
  const pack = () => {
    const folder = join(root, "mirrors");
    const all = readdirSync(folder, { recursive: true, encoding: "utf8" });
    return join(folder, all.find((name) => name.endsWith(".pack")) ?? "");
  };
  const cut = pack();
  truncateSync(cut, Math.floor(statSync(cut).size / 2));
  const first = await runToEnd({ spec, root });
  expect(first.end, first.log()).toMatchObject({ outcome: "success", commitSha: app.sha });

  for (const name of readdirSync(join(root, "mirrors")).filter((each) => each.endsWith(".git"))) {
    for (const file of readdirSync(join(root, "mirrors", name, "objects/pack")).filter((each) =>
      each.endsWith(".pack"),
    )) {
      const fd = openSync(join(root, "mirrors", name, "objects/pack", file), "r+");
      const { size } = statSync(join(root, "mirrors", name, "objects/pack", file));
      for (let at = 200; at < size - 40; at += 50) writeSync(fd, "x", at);
      closeSync(fd);
    }
  }
  const second = await runToEnd({ spec, root });
  expect(second.end, second.log()).toMatchObject({ outcome: "success", commitSha: app.sha });
  expect(second.log()).toContain("is damaged: it is thrown away and fetched again");
});

test("A server that gives out branches only is asked for the commit's branch first", async () => {
  const repository = makeRepository(webApp(MAKES_PAGE));
  repository.git("checkout", "--quiet", "-b", "feature/x");
  const wanted = repository.commit({ "a.txt": "a" });
  repository.commit({ "b.txt": "b" });
  repository.git("checkout", "--quiet", "main");
  const server = await serveGit(repository.folder);
  const named = await runToEnd({ spec: { gitUrl: server.url, commit: wanted, branch: "feature/x" } });
  expect(named.end, named.log()).toMatchObject({ outcome: "success", commitSha: wanted });
  expect(named.log()).toContain("fetching the branch feature/x");
  expect(named.log()).not.toContain("all branches");
  const unnamed = await runToEnd({ spec: { gitUrl: server.url, commit: wanted, branch: "../x y" } });
  expect(unnamed.end, unnamed.log()).toMatchObject({ outcome: "success", commitSha: wanted });
  expect(unnamed.log()).toContain("fetching its default branch");
  expect(unnamed.log()).toContain("fetching all branches and tags");
});

test("What others wrote into a mirror's configuration is not obeyed, and hooks and filters of a repository don't run", async () => {
  const { server } = await slowServer();
  const app = server.add("app", { ...webApp(MAKES_PAGE), ".gitattributes": "*.txt filter=evil\n", "a.txt": "a" });
  const root = temporaryFolder();
  const spec = { gitUrl: app.url, commit: app.sha };
  await runToEnd({ spec, root });
  const [mirror = ""] = readdirSync(join(root, "mirrors")).filter((name) => name.endsWith(".git"));
  const folder = join(root, "mirrors", mirror);
  const evil = join(root, "evil");
  const fd = openSync(join(folder, "config"), "a");
  writeSync(
    fd,
    `[core]\n\tfsmonitor = touch ${evil}\n[filter "evil"]\n\tsmudge = touch ${evil}\n[url "http://127.0.0.1:1/"]\n\tinsteadOf = ${server.url}/\n`,
  );
  closeSync(fd);
  const commit = app.commit({ "b.txt": "b" });
  app.push();
  const job = await runToEnd({ spec: { ...spec, commit }, root });
  expect(job.end.outcome, job.log()).toBe("success");
  expect(readdirSync(root)).not.toContain("evil");
});
