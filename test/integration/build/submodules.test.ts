import { existsSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { MAKES_PAGE, makeRepository, webApp } from "./repositories.ts";
import { addSubmodule, gitServer } from "./served.ts";
import { runToEnd } from "./supervisor.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const LOGIN = { username: "ann", password: "token-of-the-app" };
const WITH_LOGIN = { git: { material: LOGIN, mask: [LOGIN.password] } };
const SHOWS = `
import { execSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
for (const file of ["libs/a/a.txt", "libs/a/deep/b.txt"]) console.log(file, existsSync(file) ? readFileSync(file, "utf8") : "is not there");
console.log("changed:", execSync("git status --porcelain --untracked-files=no").toString() || "nothing");
console.log("commits:", execSync("git rev-list --count HEAD").toString());
`;

test("Submodules are checked out with theirs, the private ones of the same host by the app's credentials", async () => {
  const server = await gitServer("ann:token-of-the-app");
  const deep = server.add("team/deep", { "b.txt": "deep" });
  const lib = server.add("team/lib", { "a.txt": "lib" });
  const libSha = addSubmodule(lib, "deep", "../deep.git", deep.sha);
  lib.push();
  const app = server.add("team/app", webApp(SHOWS + MAKES_PAGE));
  // An ssh address on the app's own host, where only the token of the app lets in.
  const sha = addSubmodule(app, "libs/a", "git@127.0.0.1:team/lib.git", libSha);
  app.push();
  const root = temporaryFolder();
  const job = await runToEnd({ spec: { gitUrl: app.url, commit: sha }, materials: WITH_LOGIN, root });
  expect(job.end.outcome, job.log()).toBe("success");
  expect(job.log()).toContain("libs/a/a.txt lib");
  expect(job.log()).toContain("libs/a/deep/b.txt deep");
  expect(job.log()).toContain("changed: nothing");
  expect(job.log()).toContain("commits: 2");
  expect(job.log()).not.toContain(LOGIN.password);

  const asked = server.requests.length;
  const again = await runToEnd({ spec: { gitUrl: app.url, commit: sha }, materials: WITH_LOGIN, root });
  expect(again.end.outcome, again.log()).toBe("success");
  expect(server.requests.length, "all was in the mirrors").toBe(asked);

  const left = (strategy: string) =>
    runToEnd({
      spec: {
        gitUrl: app.url,
        commit: sha,
        environment: { name: "e", variables: { GIT_SUBMODULE_STRATEGY: strategy } },
      },
      materials: WITH_LOGIN,
      root,
    });
  const normal = (await left("normal")).log();
  expect(normal).toContain("libs/a/a.txt lib");
  expect(normal).toContain("libs/a/deep/b.txt is not there");
  expect((await left("none")).log()).toContain("libs/a/a.txt is not there");
});

test("The app's credentials are not shown to the server of a submodule on another host", async () => {
  const seen: (string | undefined)[] = [];
  const other = await gitServer(undefined, async (request, response) => {
    seen.push(request.headers.authorization);
    response.writeHead(401, { "www-authenticate": 'Basic realm="git"' }).end();
    return true;
  });
  const foreign = other.add("lib", { "a.txt": "lib" });
  const server = await gitServer("ann:token-of-the-app");
  const app = server.add("app", webApp(MAKES_PAGE));
  const sha = addSubmodule(app, "libs/a", foreign.url, foreign.sha);
  app.push();
  const job = await runToEnd({ spec: { gitUrl: app.url, commit: sha }, materials: WITH_LOGIN });
  expect(job.end.failure, job.log()).toMatchObject({ code: "SUBMODULE_FAILED", blame: "user", step: "checkout" });
  expect(job.end.failure?.what).toContain(foreign.url);
  expect(seen.length).toBeGreaterThan(0);
  expect(seen.filter((each) => each !== undefined)).toEqual([]);
});

test("A redirect to another server is not answered with the app's credentials", async () => {
  const seen: (string | undefined)[] = [];
  const other = await gitServer(undefined, async (request, response) => {
    seen.push(request.headers.authorization);
    response.writeHead(401, { "www-authenticate": 'Basic realm="git"' }).end();
    return true;
  });
  const server = await gitServer(undefined, async (request, response) => {
    response.writeHead(302, { location: `${other.url}${request.url}` }).end();
    return true;
  });
  const job = await runToEnd({ spec: { gitUrl: `${server.url}/app.git`, commit: "main" }, materials: WITH_LOGIN });
  expect(job.end.failure, job.log()).toMatchObject({ code: "REPOSITORY_CREDENTIALS" });
  expect(seen.filter((each) => each !== undefined)).toEqual([]);
});

test("Addresses that lead to the build host, to programs or to options are refused", async () => {
  const secret = makeRepository({ "secret.txt": "secret" });
  const server = await gitServer();
  const refused = [
    secret.folder,
    `file://${secret.folder}`,
    "ext::sh -c touch% /tmp/millwright-was-here",
    "--upload-pack=touch /tmp/millwright-was-here",
    "ssh://-oProxyCommand=touch%20x/y",
    "git://127.0.0.1/x.git",
  ];
  for (const [index, url] of refused.entries()) {
    const app = server.add(`app-${index}`, webApp(MAKES_PAGE));
    const sha = addSubmodule(app, "libs/a", url, secret.sha);
    app.push();
    const job = await runToEnd({ spec: { gitUrl: app.url, commit: sha } });
    expect(job.end.failure, url).toMatchObject({ code: "SUBMODULE_REFUSED", blame: "user", step: "checkout" });
  }
  // Relative to an app that lies on the host itself.
  const local = makeRepository(webApp(MAKES_PAGE));
  const sha = addSubmodule(local, "libs/a", `../${secret.folder.split("/").at(-1)}`, secret.sha);
  const job = await runToEnd({ spec: { gitUrl: local.folder, commit: sha } });
  expect(job.end.failure, job.log()).toMatchObject({ code: "SUBMODULE_REFUSED" });
  expect(existsSync("/tmp/millwright-was-here")).toBe(false);
});

test("Files that are read from a commit are not followed out of it", async () => {
  const outside = temporaryFolder();
  writeFileSync(join(outside, "package.json"), '{ "name": "of-the-host" }');
  const linked = (file: string, target: string) => {
    const files = Object.fromEntries(Object.entries(webApp(MAKES_PAGE)).filter(([name]) => name !== file));
    const repository = makeRepository(files);
    symlinkSync(target, join(repository.folder, file));
    return { repository, sha: repository.commit({ "more.txt": "more" }) };
  };
  for (const file of ["package.json", "appflow.config.json", ".nvmrc"]) {
    const { repository, sha } = linked(file, join(outside, "package.json"));
    const job = await runToEnd({ spec: { gitUrl: repository.folder, commit: sha } });
    expect(job.end.failure, job.log()).toMatchObject({ code: "LINK_LEAVES_REPOSITORY", blame: "user" });
    expect(job.log()).not.toContain("of-the-host");
  }
  const files = webApp(MAKES_PAGE);
  const inside = makeRepository({ "build.mjs": MAKES_PAGE, "real.json": files["package.json"] ?? "" });
  symlinkSync("real.json", join(inside.folder, "package.json"));
  const job = await runToEnd({ spec: { gitUrl: inside.folder, commit: inside.commit({ "more.txt": "more" }) } });
  expect(job.end.outcome, job.log()).toBe("success");
});
