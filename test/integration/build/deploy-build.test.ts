import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { hashFile } from "../../../src/build/artifacts/hash-file.ts";
import { readEvents } from "../../../src/protocol/job-folder/events.ts";
import { terminalTest } from "../../support/node-pty.ts";
import { MAKES_PAGE, makeRepository, webApp } from "./repositories.ts";
import { runToEnd } from "./supervisor.ts";

test("A deploy build goes from a commit to a zip of www, and leaves nothing of its own behind", async () => {
  const repository = makeRepository(webApp(MAKES_PAGE));
  const job = await runToEnd({ spec: { gitUrl: repository.folder, commit: repository.sha } });
  expect(job.end, job.log()).toMatchObject({ outcome: "success", commitSha: repository.sha });
  expect(job.end.commitMessage).toBe("The first commit");
  const [artifact] = job.end.artifacts;
  expect(artifact).toMatchObject({ name: "Hello-www.zip", kind: "www" });
  expect(await hashFile(join(job.paths.artifacts, "Hello-www.zip"))).toEqual({
    size: artifact?.size,
    sha256: artifact?.sha256,
  });
  expect(job.steps()).toEqual(
    ["fetch", "inspect", "preflight", "checkout", "install", "web-build", "collect"].map((id) => `${id}: ok`),
  );
  expect(existsSync(job.host.worktree)).toBe(false);
  expect(existsSync(job.host.scratch)).toBe(false);
  const log = readFileSync(job.paths.log);
  expect(log.length).toBe(job.end.logLength);
  const events = readEvents(job.paths.events, 0);
  expect(events.at(-1)?.seq).toBe(job.end.lastEventSeq);
  expect(events.find((event) => event.kind === "commit")).toMatchObject({
    detail: repository.sha,
    title: "The first commit",
  });
});

test("A second build of a commit takes it from the mirror without the network, and makes an equal zip", async () => {
  const repository = makeRepository(webApp(MAKES_PAGE));
  const first = await runToEnd({ spec: { gitUrl: `file://${repository.folder}`, commit: repository.sha } });
  expect(first.log()).toMatch(/Fetched \d+ objects into the mirror/);
  const root = join(first.host.mirrorsFolder, "..");
  const spec = { gitUrl: `file://${repository.folder}`, commit: repository.sha };
  // The repository moves away: whatever went over the network would fail now.
  repository.git("update-ref", "-d", "HEAD");
  const second = await runToEnd({ spec, root });
  expect(second.end.outcome, second.log()).toBe("success");
  expect(second.log()).toContain("has ".concat(repository.sha.slice(0, 12), " already: nothing to fetch"));
  expect(second.end.artifacts[0]?.sha256).toBe(first.end.artifacts[0]?.sha256);
});

terminalTest("On a host configured for terminals the commands of a build see one, and lose no output", async () => {
  const chatty =
    'console.log("terminal " + process.stdout.isTTY); for (let i = 0; i < 3000; i++) console.log("line " + i);';
  const repository = makeRepository(webApp(`${MAKES_PAGE}${chatty}`));
  const spec = { gitUrl: repository.folder, commit: repository.sha };
  const job = await runToEnd({ spec, host: { terminal: true } });
  expect(job.end.outcome, job.log()).toBe("success");
  expect(job.log()).toContain("terminal true");
  expect(job.log()).toContain(Array.from({ length: 3000 }, (_, index) => `line ${index}\n`).join(""));
});
