import { existsSync, readdirSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { privateFolders } from "../../../src/protocol/job-folder/paths.ts";
import { serveGit } from "./git-server.ts";
import { MAKES_PAGE, makeRepository, webApp } from "./repositories.ts";
import { runToEnd } from "./supervisor.ts";

const READS_FILE = `
import { readFileSync, statSync } from "node:fs";
const path = process.env.SERVICE_FILE;
console.log("file", readFileSync(path, "utf8").length, (statSync(path).mode & 0o777).toString(8), path.includes("/work/"));
console.log(readFileSync(path, "utf8"));
`;

test("A file secret lies outside the checkout while install and web build run, and nowhere afterwards", async () => {
  const content = '{ "private_key": "0123456789abcdef0123456789abcdef" }';
  const repository = makeRepository(webApp(MAKES_PAGE + READS_FILE));
  const files = { SERVICE_FILE: { fileName: "service account.json", base64: Buffer.from(content).toString("base64") } };
  const job = await runToEnd({
    spec: { gitUrl: repository.folder, commit: "main" },
    materials: { environment: { material: { secrets: {}, files }, mask: ["0123456789abcdef0123456789abcdef"] } },
  });
  expect(job.end.outcome, job.log()).toBe("success");
  expect(job.log()).toContain(`file ${content.length} 600 false`);
  expect(job.log()).not.toContain("0123456789abcdef");
  const { memory, disk } = privateFolders(job.paths.folder, job.leaseId);
  expect([existsSync(memory), existsSync(disk)]).toEqual([false, false]);
});

test("GIT_CREDENTIALS log a dependency from git in, whatever way the lock file names it", async () => {
  const dependency = makeRepository({ "package.json": '{ "name": "private-part", "version": "1.0.0" }' });
  const server = await serveGit(dependency.folder, { username: "ci", password: "tok-en-of-ci" });
  const { host } = new URL(server.url);
  const app = webApp(
    `import "node:fs"; await import("private-part/package.json", { with: { type: "json" } });${MAKES_PAGE}`,
  );
  const manifest = JSON.parse(app["package.json"] ?? "") as object;
  const repositoryOf = (address: string) =>
    makeRepository({
      ...app,
      "package.json": JSON.stringify({ ...manifest, dependencies: { "private-part": address } }),
    }).folder;
  const build = (credentials: string, address = `git+${server.url}`) =>
    runToEnd({
      spec: { gitUrl: repositoryOf(address), commit: "main" },
      materials: {
        environment: { material: { secrets: { GIT_CREDENTIALS: credentials }, files: {} }, mask: ["tok-en-of-ci"] },
      },
    });
  for (const address of [`git+${server.url}`, `git+ssh://git@${host}/repository.git`]) {
    const job = await build(`http://ci:tok-en-of-ci@${host}\n`, address);
    expect(job.end.outcome, job.log()).toBe("success");
    expect(job.log()).not.toContain("tok-en-of-ci");
  }
  expect((await build("ci:tok-en-of-ci")).end.failure).toMatchObject({ code: "GIT_CREDENTIALS_INVALID" });
});

test("NPM_TOKEN goes to the app's registry, by a variable and not by a file", async () => {
  const seen: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    seen.push(request.headers.authorization);
    response.writeHead(404).end("{}");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => new Promise<void>((resolve) => server.close(() => resolve())));
  const registry = `http://127.0.0.1:${(server.address() as AddressInfo).port}/npm/`;
  const app = webApp(MAKES_PAGE);
  const manifest = JSON.parse(app["package.json"] ?? "") as object;
  const repository = makeRepository({
    ...app,
    "package.json": JSON.stringify({ ...manifest, dependencies: { "private-part": "1.0.0" } }),
    ".npmrc": `registry=${registry}\n`,
  });
  const job = await runToEnd({
    spec: { gitUrl: repository.folder, commit: "main" },
    materials: { environment: { material: { secrets: { NPM_TOKEN: "npm-tok-en" }, files: {} }, mask: ["npm-tok-en"] } },
  });
  expect(job.end.failure?.step, job.log()).toBe("install");
  expect(seen).toContain("Bearer npm-tok-en");
  expect(job.log()).not.toContain("npm-tok-en");
  expect(existsSync(job.host.scratch) ? readdirSync(job.host.scratch) : []).not.toContain(".npmrc");
});
