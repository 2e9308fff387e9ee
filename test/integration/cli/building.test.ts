import { randomBytes } from "node:crypto";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { BuildDetails } from "../../../src/protocol/api.ts";
import { eventually } from "../../support/eventually.ts";
import { type ContractServer, now, sha256Of } from "./contract-server.ts";
import { contractServer, git, leadingTo, runCli, startCli, temporaryFolder } from "./run-cli.ts";

const BUILD = ["package", "build", "android", "debug", "--app", "shop", "--commit", "main"];

/** Plays an agent that runs each build at once to a good end. */
function succeedWith(server: ContractServer, apk: Buffer): void {
  server.onBuild = (id) => {
    const step = { id: "fetch", title: "Fetch the commit", startedAt: now(), finishedAt: now() } as const;
    server.change(id, { status: "running", agent: "linux-1", startedAt: now(), steps: [{ ...step, state: "ok" }] });
    server.log(id, "first line\n\u001b[32mgreen line\u001b[0m\nlast line without a break");
    server.addFile(id, "shop-debug.apk", "apk", apk);
    server.addFile(id, "reports.zip", "reports", Buffer.from("reports"));
    server.end(id, "success");
  };
}

test("a build is followed to its end and its file is in the current folder, whole", async () => {
  const server = await contractServer();
  server.addApp("shop", "https://git.example.com/shop.git");
  const apk = randomBytes(3_000_000);
  succeedWith(server, apk);
  const folder = temporaryFolder();
  const { exitCode, stdout, stderr } = await runCli(BUILD, { folder, environment: leadingTo(server) });
  expect(stderr).toBe("");
  expect(exitCode).toBe(0);
  expect(readFileSync(join(folder, "shop-debug.apk")).equals(apk)).toBe(true);
  expect(readdirSync(folder)).toEqual(["shop-debug.apk"]);
  expect(stdout).toContain("first line\n\u001b[32mgreen line\u001b[0m\nlast line without a break\n");
  expect(stdout).toMatch(/^ok {7}Fetch the commit {2}0\.0 s$/m);
  expect(stdout).toMatch(/^Build 1 succeeded in .* shop, android debug, main, linux-1$/m);
  expect(stdout).toMatch(/^Downloaded shop-debug\.apk \(2\.9 MiB in /m);
  expect(stdout.replace("\u001b[32m", "").replace("\u001b[0m", "")).not.toMatch(/[^\P{Cc}\n]/u); // nothing but what the build itself printed
});

test("with --json stdout is one document with the downloaded files, and the log is on stderr", async () => {
  const server = await contractServer();
  server.addApp("shop", "https://git.example.com/shop.git");
  const apk = randomBytes(1000);
  succeedWith(server, apk);
  const folder = temporaryFolder();
  const words = [...BUILD, "--json", "--output", "out/apks", "--build-file-name", "shop.apk"];
  const { exitCode, stdout, stderr } = await runCli(words, { folder, environment: leadingTo(server) });
  expect(exitCode).toBe(0);
  const document = JSON.parse(stdout);
  const path = join(folder, "out/apks/shop-debug.apk");
  expect(document).toMatchObject({
    id: 1,
    status: "success",
    downloaded: [{ path, kind: "apk", sha256: sha256Of(apk) }],
  });
  expect(stderr).toContain("first line\n");
  expect(server.requests.find((request) => request.method === "POST")?.body).toEqual({
    kind: "package",
    platform: "android",
    buildType: "debug",
    commit: "main",
    buildFileName: "shop",
  });
});

test("every end of a build has its exit code and a failure is told in its parts", async () => {
  const server = await contractServer();
  server.addApp("shop", "https://git.example.com/shop.git");
  const texts = { what: "It broke.", why: "Because.", next: "Mend it.", step: "install" } as const;
  const ends: [number, (id: number) => void][] = [
    [1, (id) => server.end(id, "failed", { code: "INSTALL_FAILED", blame: "user", ...texts })],
    [5, (id) => server.end(id, "failed", { code: "DISK_FULL", blame: "host", ...texts })],
    [5, (id) => server.end(id, "failed", { code: "INTERNAL_ERROR", blame: "bug", ...texts })],
    [3, (id) => server.end(id, "canceled")],
  ];
  for (const [expected, end] of ends) {
    server.onBuild = end;
    const { exitCode, stderr } = await runCli(BUILD, { environment: leadingTo(server) });
    expect(exitCode).toBe(expected);
    if (expected === 3) continue;
    const parts = stderr.split("\n");
    expect(parts.slice(0, 3)).toEqual(["Error   It broke.", "Why     Because.", "Next    Mend it."]);
    expect(parts[3]).toMatch(/^Fault {3}.*\[[A-Z_]+, step install\]$/);
  }
});

test("the reports of a failed build are downloaded, and --no-download leaves them", async () => {
  const server = await contractServer();
  server.addApp("shop", "https://git.example.com/shop.git");
  server.onBuild = (id) => {
    server.addFile(id, "reports.zip", "reports", Buffer.from("why"));
    server.end(id, "failed");
  };
  const folder = temporaryFolder();
  expect((await runCli([...BUILD, "--no-download"], { folder, environment: leadingTo(server) })).exitCode).toBe(1);
  expect(readdirSync(folder)).toEqual([]);
  expect((await runCli(BUILD, { folder, environment: leadingTo(server) })).exitCode).toBe(1);
  expect(readFileSync(join(folder, "reports.zip"), "utf8")).toBe("why");
});

test("inside a clone the app comes from the remote and the commit from HEAD, with warnings about both", async () => {
  const server = await contractServer();
  server.addApp("other", "https://git.example.com/team/other.git");
  server.addApp("shop", "https://ci@git.example.com/team/shop");
  const folder = temporaryFolder();
  git(folder, "init", "--quiet");
  git(folder, "commit", "--quiet", "--allow-empty", "--message", "first");
  git(folder, "remote", "add", "origin", "git@git.example.com:team/shop.git");
  writeFileSync(join(folder, "new.txt"), "");
  const sha = git(folder, "rev-parse", "HEAD");
  const words = ["package", "build", "android", "--detach", "--json"];
  const first = await runCli(words, { folder, environment: leadingTo(server) });
  expect(first.exitCode).toBe(0);
  expect(JSON.parse(first.stdout)).toMatchObject({ app: { name: "shop" }, commit: sha, buildType: "debug" });
  expect(first.stderr).toContain("Not pushed?");
  expect(first.stderr).toContain("1 changed file is not in commit");

  git(folder, "update-ref", "refs/remotes/origin/main", sha);
  git(folder, "add", ".");
  git(folder, "stash", "--quiet");
  const second = await runCli([...words, "--commit", sha.slice(0, 8)], { folder, environment: leadingTo(server) });
  expect((JSON.parse(second.stdout) as BuildDetails).commit).toBe(sha);
  const third = await runCli(words, { folder, environment: leadingTo(server) });
  expect(third.stderr).not.toContain("Warning");
});

test("an app that can't be known is asked for, with the apps that exist", async () => {
  const server = await contractServer();
  server.addApp("shop", "https://git.example.com/team/shop.git");
  const { exitCode, stderr } = await runCli(["deploy", "build"], { environment: leadingTo(server) });
  expect(exitCode).toBe(2);
  expect(stderr).toContain("[APP_NOT_NAMED]");
  expect(stderr).toContain("shop  https://git.example.com/team/shop.git");
  const named = { ...leadingTo(server), MILLWRIGHT_APP: "shop" };
  const noCommit = await runCli(["deploy", "build"], { environment: named });
  expect(noCommit.stderr).toContain("[COMMIT_NOT_NAMED]");
});

test("Ctrl-C stops following and tells how to go on; the build goes on", async () => {
  const server = await contractServer();
  server.addApp("shop", "https://git.example.com/shop.git");
  server.onBuild = (id) => {
    server.change(id, { status: "running", agent: "linux-1", startedAt: now() });
    server.log(id, "working\n");
  };
  const cli = startCli(BUILD, { environment: leadingTo(server) });
  await cli.printed("working");
  cli.child.kill("SIGINT");
  expect(await cli.exitCode).toBe(130);
  expect(cli.stderr).toContain("millwright logs 1 --follow");
  expect(cli.stderr).toContain("millwright cancel 1");
  expect(server.requests.some((request) => request.path.includes("cancel"))).toBe(false);
});

test("cancel waits until the build has ended", async () => {
  const server = await contractServer();
  const id = server.addBuild(server.addApp("shop", "https://git.example.com/shop.git"));
  server.change(id, { status: "running", startedAt: now() });
  server.onCancel = () => {};
  const cli = startCli(["cancel", "1"], { environment: leadingTo(server) });
  await cli.printed("waiting for its end");
  await eventually("the build is watched", () => server.requests.some((request) => request.path === "/builds/1/watch"));
  expect(cli.child.exitCode).toBe(null);
  server.end(id, "canceled");
  expect(await cli.exitCode).toBe(0);
  expect(cli.stdout.toString()).toBe("Build 1  canceled\n");
  const late = server.addBuild(server.addApp("late", "https://git.example.com/late.git"));
  server.onCancel = () => server.end(late, "success");
  expect((await runCli(["cancel", "2"], { environment: leadingTo(server) })).exitCode).toBe(2);
});

test("a folder that can't be written is refused before the build is started", async () => {
  const server = await contractServer();
  server.addApp("shop", "https://git.example.com/shop.git");
  const folder = temporaryFolder();
  writeFileSync(join(folder, "file"), "");
  const { exitCode, stderr } = await runCli([...BUILD, "--output", "file/out"], {
    folder,
    environment: leadingTo(server),
  });
  expect(exitCode).toBe(2);
  expect(stderr).toContain("[FILE_UNWRITABLE]");
  expect(server.requests).toEqual([]);
  expect(existsSync(join(folder, "file/out"))).toBe(false);
});
