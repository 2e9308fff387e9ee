import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { findMarked } from "../../../src/base/processes/marked.ts";
import { jobMarker } from "../../../src/protocol/job-folder/paths.ts";
import type { Isolation } from "../../../src/protocol/job-folder/spec.ts";
import { eventually } from "../../support/eventually.ts";
import { MAKES_PAGE, makeRepository, webApp } from "./repositories.ts";
import { ISOLATION, runToEnd, startJob, UNCONTAINED } from "./supervisor.ts";
import { tinyPackage } from "./tiny-package.ts";

/** Without a sandbox these tests are skipped with the reason, and fail when CI=true. */
function sandboxTest(title: string, run: () => Promise<void>): void {
  test(title, async (context) => {
    if (ISOLATION.lacking === "") return run();
    if (process.env["CI"] === "true") throw new Error(ISOLATION.lacking);
    return context.skip(ISOLATION.lacking);
  });
}

const allowing = (...hosts: string[]): Isolation => ({ ...ISOLATION, network: false, hosts });

/** An npm registry with the one package `tiny`, on another address of loopback than the proxy in the sandbox. */
async function registry() {
  const { bytes, integrity } = await tinyPackage();
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? "");
    if (request.url?.endsWith(".tgz")) return response.end(bytes);
    const dist = { tarball: `http://${request.headers.host}/tiny.tgz`, integrity };
    const versions = { "1.0.0": { name: "tiny", version: "1.0.0", dist } };
    return response.end(JSON.stringify({ name: "tiny", "dist-tags": { latest: "1.0.0" }, versions }));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.2", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { asked, address: `127.0.0.2:${(server.address() as AddressInfo).port}` };
}

function appWithDependency(address: string, build: string) {
  const { folder } = makeRepository({
    ...webApp(build),
    "package.json": JSON.stringify({
      name: "web-app",
      version: "1.0.0",
      dependencies: { tiny: "1.0.0" },
      scripts: { build: "node build.mjs" },
    }),
    "build.mjs": build,
    ".npmrc": `registry=http://${address}/\nproxy=http://127.0.0.9:1/\nfetch-retries=0\n`,
  });
  return { gitUrl: folder, commit: "main" };
}

sandboxTest("npm installs from a registry that is listed, and a direct connection to it is impossible", async () => {
  const { asked, address } = await registry();
  const direct = `import net from "node:net";
    const [host, port] = "${address}".split(":");
    await new Promise((done) => net.connect({ host, port }).on("connect", () => { console.log("DIRECT"); process.exit(1); }).on("error", (e) => { console.log("NO WAY", e.code); done(); }));
    console.log("PROXY", process.env.https_proxy, process.env.HTTP_PROXY, process.env.JAVA_TOOL_OPTIONS);`;
  const spec = appWithDependency(address, `${direct}\n${MAKES_PAGE}`);
  const { end, log, leaseId } = await runToEnd({ spec, host: { isolation: allowing(address) } });
  expect(end, log()).toMatchObject({ outcome: "success" });
  expect(asked).toContain("/tiny.tgz");
  expect(log()).toContain(`of the network only isolation.hosts (${address})`);
  expect(log()).toMatch(/NO WAY (ECONNREFUSED|ENETUNREACH)/);
  expect(log()).toMatch(/PROXY http:\/\/127\.0\.0\.1:\d+ http:\/\/127\.0\.0\.1:\d+ -Dhttp\.proxyHost=127\.0\.0\.1/);
  expect(log()).not.toContain("! refused");
  expect(findMarked(jobMarker(leaseId))).toEqual([]);
});

sandboxTest("an install that fails for want of a server that isn't listed says so, with what to do", async () => {
  const { asked, address } = await registry();
  const spec = appWithDependency(address, MAKES_PAGE);
  const { end, log } = await runToEnd({ spec, host: { isolation: allowing("registry.example.org") } });
  expect(end.failure, log()).toMatchObject({ code: "NETWORK_HOST_REFUSED", step: "install" });
  expect(end.failure?.what).toContain(address);
  expect(end.failure?.next).toContain("isolation.hosts");
  expect(log()).toMatch(new RegExp(`^! refused: ${address}, not in isolation.hosts`, "m"));
  expect(asked).toEqual([]);
});

sandboxTest("exit code, signal and stdin are the command's own, and what it can do without fails nothing", async () => {
  const asks = `import { execFileSync } from "node:child_process";
    try { execFileSync("curl", ["-sS", "-m", "5", "https://telemetry.example/"], { stdio: ["ignore", "inherit", "inherit"] }); } catch (e) { console.log("CURL", e.status ?? e.code); }`;
  const run = async (last: string) => {
    const files = webApp(`${asks}\n${MAKES_PAGE}\n${last}`);
    return await runToEnd({
      spec: { gitUrl: makeRepository(files).folder, commit: "main" },
      host: { isolation: allowing() },
    });
  };
  const [well, code, signal] = [
    await run(""),
    await run("process.exit(7);"),
    await run('process.kill(process.pid, "SIGKILL");'),
  ];
  expect(well.end, well.log()).toMatchObject({ outcome: "success" });
  expect(well.log()).toContain("! refused: telemetry.example:443, not in isolation.hosts");
  expect(code.log()).toContain("exit code 7");
  expect(signal.end.failure?.what).toContain("was killed from outside");
});

sandboxTest("a command keeps its network while it ends by itself, and sees a terminal", async () => {
  const { address, asked } = await registry();
  const asks = (path: string, word: string) =>
    `http.get({ host, port, path: "http://${address}/${path}", headers: { host: "${address}" } }, (r) => { console.log("${word}", r.statusCode, process.stdout.isTTY); END });`;
  const begin = 'import http from "node:http"; const [host, port] = process.env.HTTP_PROXY.slice(7).split(":");';
  const graceful = `${begin} process.on("SIGTERM", () => { ${asks("bye", "STILL").replace("END", "process.exit(0);")} });
    ${asks("hello", "READY").replace("END", "")} setInterval(() => {}, 1000);`;
  const apps = [{ appId: "a1", root: ".", webBuildCommand: "exec node build.mjs" }];
  const files = { ...webApp(graceful), "appflow.config.json": JSON.stringify({ apps }) };
  const spec = { gitUrl: makeRepository(files).folder, commit: "main" };
  const job = await startJob({ spec, host: { isolation: allowing(address), cancelGraceMs: 5_000 } });
  await eventually("the web build runs", () => job.log().includes("READY 200"), 30_000);
  job.child.kill("SIGTERM");
  expect((await job.result()).outcome).toBe("canceled");
  expect(job.log()).toContain("STILL 200");
  expect(asked).toContain("/bye");
  expect(findMarked(jobMarker(job.leaseId))).toEqual([]);

  const page = {
    ...files,
    "build.mjs": `${begin} ${asks("tty", "READY").replace("END", "process.exit(0);")} ${MAKES_PAGE}`,
  };
  const host = { isolation: allowing(address), terminal: true };
  const onTerminal = await runToEnd({ spec: { gitUrl: makeRepository(page).folder, commit: "main" }, host });
  expect(onTerminal.end.outcome, onTerminal.log()).toBe("success");
  expect(onTerminal.log()).toContain("READY 200 true");
});

test("without a sandbox the log says that all servers can be reached, and a host that demands one builds nothing", async () => {
  const spec = { gitUrl: makeRepository(webApp(MAKES_PAGE)).folder, commit: "main" };
  const open = await runToEnd({ spec, host: { isolation: { ...UNCONTAINED, network: false, hosts: ["a.org"] } } });
  expect(open.end.outcome).toBe("success");
  expect(open.log()).toContain("They reach all servers: isolation.network: allow-list needs a sandbox");
  const strict = { ...UNCONTAINED, network: false, hosts: ["a.org"], required: true };
  expect((await runToEnd({ spec, host: { isolation: strict } })).end.failure?.code).toBe("ISOLATION_UNAVAILABLE");
});
