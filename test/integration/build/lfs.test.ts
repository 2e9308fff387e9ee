import { execFileSync } from "node:child_process";
import { readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { which } from "../../../src/base/processes/which.ts";
import { LfsStore } from "../../support/lfs-server.ts";
import { toolTest } from "../../support/tool-test.ts";
import { type Files, MAKES_PAGE, webApp } from "./repositories.ts";
import { gitServer } from "./served.ts";
import { runToEnd } from "./supervisor.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const LOGIN = { username: "ann", password: "token-of-the-app" };
const WITH_LOGIN = { git: { material: LOGIN, mask: [LOGIN.password] } };
const SHOWS = `
import { execSync } from "node:child_process";
import { readFileSync, statSync } from "node:fs";
for (const file of ["assets/logo.bin", "run.bin", "example.txt"])
  console.log(file, readFileSync(file, "utf8").slice(0, 20).split("\\n")[0], (statSync(file).mode & 0o777).toString(8));
console.log("changed:", execSync("git status --porcelain --untracked-files=no").toString() || "nothing");
`;

function lfsApp(store: LfsStore, more: Files = {}): Files {
  return {
    ...webApp(SHOWS + MAKES_PAGE),
    ".gitattributes": "*.bin filter=lfs diff=lfs merge=lfs -text\n",
    "assets/logo.bin": store.put("the real logo"),
    "run.bin": store.put("the real program"),
    "example.txt": store.put("what only looks like a pointer"),
    ...more,
  };
}

async function served(login?: string) {
  const store = new LfsStore();
  const server = await gitServer(login, (request, response) => store.answer(request, response));
  return { store, server };
}

toolTest(["git-lfs"], "Files of Git LFS are in the checkout, and come from the server once", async () => {
  const { store, server } = await served("ann:token-of-the-app");
  const app = server.add("team/app", lfsApp(store, { "old.bin": store.put("an old one") }));
  app.git("rm", "--quiet", "old.bin");
  app.git("update-index", "--chmod=+x", "run.bin");
  app.git("commit", "--quiet", "--message", "Remove one");
  app.push();
  const sha = app.git("rev-parse", "HEAD");
  const root = temporaryFolder();
  const job = await runToEnd({ spec: { gitUrl: app.url, commit: sha }, materials: WITH_LOGIN, root });
  expect(job.end.outcome, job.log()).toBe("success");
  expect(job.log()).toContain("assets/logo.bin the real logo 644");
  expect(job.log()).toContain("run.bin the real program 755");
  expect(job.log()).toContain("example.txt version https://git- 644");
  expect(job.log()).toContain("changed: nothing");
  expect(job.log()).not.toContain(LOGIN.password);
  expect(store.downloads.length, "only what the commit needs").toBe(2);

  const again = await runToEnd({ spec: { gitUrl: app.url, commit: sha }, materials: WITH_LOGIN, root });
  expect(again.end.outcome, again.log()).toBe("success");
  expect(store.downloads.length).toBe(2);

  // Cut off and changed in the mirror: thrown away, and fetched again.
  const mirrors = join(root, "mirrors");
  const objects = readdirSync(mirrors, { recursive: true, encoding: "utf8" }).filter((name) =>
    /\/[0-9a-f]{64}$/.test(name),
  );
  expect(objects.length).toBe(2);
  execFileSync("chmod", ["-R", "u+w", mirrors]);
  writeFileSync(join(mirrors, objects[0] ?? ""), "short");
  writeFileSync(join(mirrors, objects[1] ?? ""), "the fake program");
  const mended = await runToEnd({ spec: { gitUrl: app.url, commit: sha }, materials: WITH_LOGIN, root });
  expect(mended.end.outcome, mended.log()).toBe("success");
  expect(mended.log()).toContain("assets/logo.bin the real logo");
  expect(mended.log()).toContain("run.bin the real program");
});

test("Without git-lfs a build ends in its first second, and names the files that would be only pointers", async () => {
  const { store, server } = await served();
  const app = server.add("app", lfsApp(store));
  const bin = temporaryFolder();
  for (const name of ["git", "node", "npm", "sh", "env"]) {
    symlinkSync(which(name, process.env["PATH"] ?? "") ?? "", join(bin, name));
  }
  const host = { environment: { PATH: bin } };
  const job = await runToEnd({ spec: { gitUrl: app.url, commit: app.sha }, host });
  expect(job.end.failure, job.log()).toMatchObject({ code: "GIT_LFS_MISSING", blame: "host", step: "inspect" });
  expect(job.end.failure?.what).toContain("2 files");
  expect(job.end.failure?.why).toContain("assets/logo.bin, run.bin");

  const environment = { name: "e", variables: { GIT_LFS_SKIP_SMUDGE: "1" } };
  const left = await runToEnd({ spec: { gitUrl: app.url, commit: app.sha, environment }, host });
  expect(left.steps(), left.log()).toContain("checkout: warning");
  expect(left.log()).toContain("2 files of Git LFS stay pointers");
});

toolTest(["git-lfs"], "What the server hasn't got, or refuses, is said, and comes to an end", async () => {
  const { store, server } = await served("ann:token-of-the-app");
  const app = server.add("app", lfsApp(store));
  store.forget();
  const job = await runToEnd({ spec: { gitUrl: app.url, commit: app.sha }, materials: WITH_LOGIN });
  expect(job.end.failure, job.log()).toMatchObject({ code: "GIT_LFS_FAILED", blame: "user", step: "checkout" });
  expect(job.end.failure?.why).toContain("does not exist");

  // Another server that .lfsconfig names gets no credentials, and its refusal doesn't go on for ever.
  const seen: (string | undefined)[] = [];
  const other = await gitServer(undefined, async (request, response) => {
    seen.push(request.headers.authorization);
    response.writeHead(401, { "www-authenticate": 'Basic realm="lfs"' }).end();
    return true;
  });
  const lured = server.add("lured", lfsApp(store, { ".lfsconfig": `[lfs]\n\turl = ${other.url}/lfs\n` }));
  const refused = await runToEnd({ spec: { gitUrl: lured.url, commit: lured.sha }, materials: WITH_LOGIN });
  expect(refused.end.failure, refused.log()).toMatchObject({ code: "GIT_LFS_FAILED" });
  expect(seen.length).toBeGreaterThan(0);
  expect(seen.filter((each) => each !== undefined)).toEqual([]);

  const local = server.add("local", lfsApp(store, { ".lfsconfig": "[lfs]\n\turl = file:///srv/other\n" }));
  const kept = await runToEnd({ spec: { gitUrl: local.url, commit: local.sha }, materials: WITH_LOGIN });
  expect(kept.end.failure, kept.log()).toMatchObject({ code: "GIT_LFS_FAILED" });
  expect(kept.end.failure?.why).toContain("only http, https and ssh");
});

toolTest(["git-lfs"], "Wrong credentials for Git LFS end the build instead of being tried for ever", async () => {
  const store = new LfsStore();
  const server = await gitServer(undefined, async (request, response) => {
    if (!request.url?.includes("/info/lfs")) return false;
    response.writeHead(401, { "www-authenticate": 'Basic realm="git"' }).end();
    return true;
  });
  const app = server.add("app", lfsApp(store));
  const job = await runToEnd({ spec: { gitUrl: app.url, commit: app.sha }, materials: WITH_LOGIN });
  expect(job.end.failure, job.log()).toMatchObject({ code: "GIT_LFS_FAILED" });
  expect(server.requests.length).toBeLessThan(200);
});

toolTest(["git-lfs"], "A sparse checkout brings the files of its own folders only", async () => {
  const { store, server } = await served();
  const page = webApp(`
import { existsSync, readFileSync } from "node:fs";
for (const file of ["own.bin", "../../packages/ui/ui.txt", "../../packages/other/package.json", "../../packages/other/big.bin", "../../root.txt"])
  console.log(file, existsSync(file) ? readFileSync(file, "utf8").slice(0, 30) : "is not there");
${MAKES_PAGE}`);
  const appflow = { apps: [{ appId: "Hello", root: "apps/mobile", checkout: ["packages/ui"] }] };
  const app = server.add("mono", {
    ".gitattributes": "*.bin filter=lfs diff=lfs merge=lfs -text\n",
    "appflow.config.json": JSON.stringify(appflow),
    "root.txt": "of the root",
    "apps/mobile/package.json": page["package.json"] ?? "",
    "apps/mobile/build.mjs": page["build.mjs"] ?? "",
    "apps/mobile/own.bin": store.put("the app's own"),
    "packages/ui/ui.txt": "the parts",
    "packages/other/package.json": '{ "name": "other" }',
    "packages/other/big.bin": store.put("what nobody needs"),
  });
  const job = await runToEnd({ spec: { gitUrl: app.url, commit: app.sha } });
  expect(job.end.outcome, job.log()).toBe("success");
  expect(job.log()).toContain("own.bin the app's own");
  expect(job.log()).toContain("ui.txt the parts");
  expect(job.log()).toContain('other/package.json { "name": "other" }');
  expect(job.log()).toContain("big.bin is not there");
  expect(job.log()).toContain("root.txt of the root");
  expect(store.downloads.length).toBe(1);
});
