import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { join } from "node:path";
import { expect, test } from "vitest";
import { serveGit } from "./git-server.ts";
import { MAKES_PAGE, makeRepository, webApp } from "./repositories.ts";
import { runToEnd } from "./supervisor.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const LOGIN = { username: "ann", password: "token-of-the-app" };

test("A private repository is fetched over HTTP with the app's credentials, which show nowhere", async () => {
  const repository = makeRepository(webApp(MAKES_PAGE));
  const server = await serveGit(repository.folder, LOGIN);
  const job = await runToEnd({
    spec: { gitUrl: server.url, commit: "main" },
    materials: { git: { material: LOGIN, mask: [LOGIN.password] } },
  });
  expect(job.end, job.log()).toMatchObject({ outcome: "success", commitSha: repository.sha });
  expect(job.asked).toEqual(["git"]);
  for (const name of readdirSync(job.paths.folder, { recursive: true, encoding: "utf8" })) {
    if (name === "artifacts") continue;
    expect(readFileSync(join(job.paths.folder, name), "utf8"), name).not.toContain(LOGIN.password);
  }
});

test("Credentials inside the app's address are used and shown nowhere", async () => {
  const repository = makeRepository(webApp(MAKES_PAGE));
  const server = await serveGit(repository.folder, LOGIN);
  const gitUrl = server.url.replace("//", `//${LOGIN.username}:${LOGIN.password}@`);
  const job = await runToEnd({ spec: { gitUrl, commit: repository.sha } });
  expect(job.end, job.log()).toMatchObject({ outcome: "success" });
  expect(job.log()).not.toContain(LOGIN.password);
});

test("Wrong credentials are told from missing ones, an unknown repository and a server that isn't there", async () => {
  const repository = makeRepository(webApp(MAKES_PAGE));
  const server = await serveGit(repository.folder, LOGIN);
  const open = await serveGit(repository.folder);
  const closed = createServer();
  await new Promise<void>((resolve) => closed.listen(0, "127.0.0.1", resolve));
  const { port } = closed.address() as AddressInfo;
  await new Promise((resolve) => closed.close(resolve));
  const codeOf = async (gitUrl: string, password?: string) => {
    const git = { material: { username: "ann", password: password ?? "" }, mask: [] };
    const job = await runToEnd({ spec: { gitUrl, commit: "main" }, ...(password ? { materials: { git } } : {}) });
    expect(job.end.failure?.step).toBe("fetch");
    return [job.end.failure?.code, job.end.failure?.why];
  };
  expect(await codeOf(server.url, "wrong-password")).toEqual([
    "REPOSITORY_CREDENTIALS",
    expect.stringContaining("Authentication failed"),
  ]);
  expect(await codeOf(server.url)).toEqual([
    "REPOSITORY_CREDENTIALS",
    expect.stringContaining("has no user name and token"),
  ]);
  expect((await codeOf(`${open.url}x`))[0]).toBe("REPOSITORY_NOT_FOUND");
  expect((await codeOf("/nowhere/at/all"))[0]).toBe("REPOSITORY_NOT_FOUND");
  expect((await codeOf(`http://127.0.0.1:${port}/x.git`))[0]).toBe("REPOSITORY_UNREACHABLE");
  expect((await codeOf("ext::sh -c date"))[0]).toBe("REPOSITORY_UNREACHABLE");
});

test("A commit that no branch names any more is said not to be there, after all branches were fetched", async () => {
  const repository = makeRepository(webApp(MAKES_PAGE));
  const lost = repository.commit({ "more.txt": "more" });
  repository.git("reset", "--quiet", "--hard", repository.sha);
  const server = await serveGit(repository.folder);
  const job = await runToEnd({ spec: { gitUrl: server.url, commit: lost } });
  expect(job.end.failure).toMatchObject({ code: "COMMIT_NOT_FOUND", blame: "user", step: "fetch" });
  expect(job.log()).toContain("fetching all branches and tags");
  // What is behind a branch is found although the server doesn't give it out by its digits.
  const head = repository.commit({ "next.txt": "next" });
  const behind = await runToEnd({ spec: { gitUrl: server.url, commit: repository.sha } });
  expect(behind.end, behind.log()).toMatchObject({ outcome: "success", commitSha: repository.sha });
  expect(head).not.toBe(repository.sha);
});

test("Branches and tags are built by name; what names neither is COMMIT_NOT_FOUND", async () => {
  const repository = makeRepository(webApp(MAKES_PAGE));
  repository.git("tag", "-a", "v1", "-m", "one");
  const head = repository.commit({ "more.txt": "more" });
  const shaOf = async (commit: string) => {
    const job = await runToEnd({ spec: { gitUrl: repository.folder, commit } });
    return job.end.commitSha ?? job.end.failure?.code;
  };
  expect(await shaOf("v1")).toBe(repository.sha);
  expect(await shaOf("main")).toBe(head);
  expect(await shaOf("nothing")).toBe("COMMIT_NOT_FOUND");
  expect(await shaOf(head.slice(0, 8))).toBe("COMMIT_NOT_FOUND");
  expect(await shaOf("--upload-pack=touch /tmp/x")).toBe("COMMIT_NOT_FOUND");
});

test("A mirror that a killed job left locked is used again", async () => {
  const repository = makeRepository(webApp(MAKES_PAGE));
  const root = temporaryFolder();
  const spec = { gitUrl: repository.folder, commit: "main" };
  const first = await runToEnd({ spec, root });
  const [name = ""] = readdirSync(first.host.mirrorsFolder).filter((entry) => entry.endsWith(".git"));
  const mirror = join(first.host.mirrorsFolder, name);
  // The ticket of a process that is gone (this pid with another start), and git's own lock on the ref to be written.
  mkdirSync(`${mirror}.lock`, { recursive: true });
  writeFileSync(join(`${mirror}.lock`, `waiting.0.${process.pid}.1.dead`), "");
  const head = repository.commit({ "more.txt": "more" });
  writeFileSync(join(mirror, `refs/millwright/commits/${head}.lock`), "");
  const second = await runToEnd({ spec, root });
  expect(second.end, second.log()).toMatchObject({ outcome: "success", commitSha: head });
  rmSync(root, { recursive: true, force: true });
});

test("Jobs that start at once on a new mirror each build their own commit", async () => {
  const repository = makeRepository(webApp(MAKES_PAGE));
  const shas = [repository.sha, repository.commit({ "a.txt": "a" }), repository.commit({ "b.txt": "b" })];
  const root = temporaryFolder();
  const jobs = await Promise.all(
    shas.map((commit) => runToEnd({ spec: { gitUrl: `file://${repository.folder}`, commit }, root })),
  );
  expect(jobs.map((job) => [job.end.outcome, job.end.commitSha])).toEqual(shas.map((sha) => ["success", sha]));
});
