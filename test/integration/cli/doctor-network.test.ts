import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { type TestController, testController } from "../../support/controller.ts";
import { examine } from "./doctor-kit.ts";
import { temporaryFolder } from "./run-cli.ts";

interface Wish {
  address?: string;
  caFile?: string;
  tls?: boolean;
  health?: string;
  environment?: Record<string, string>;
}

function agentFolder(controller: TestController, wish: Wish = {}): string {
  const folder = temporaryFolder();
  const { address = controller.grpcAddress, caFile = controller.caFile ?? "", tls = true } = wish;
  writeFileSync(join(folder, "token"), `${controller.agentToken}\n`, { mode: 0o600 });
  const lines = Object.entries(wish.environment ?? {}).map(([name, value]) => `  ${name}: ${JSON.stringify(value)}\n`);
  const builds = lines.length > 0 ? `environment:\n${lines.join("")}` : "";
  const speaks = `  tls: ${tls}\n${tls ? `  caFile: ${JSON.stringify(caFile)}\n` : ""}`;
  const text = `controller:\n  address: ${address}\n${speaks}  tokenFile: token\nhttp:\n  address: ${wish.health ?? "127.0.0.1:0"}\n`;
  writeFileSync(join(folder, "agent.config.yaml"), text + builds);
  return folder;
}

/** An `npm` that names this registry. */
function npmWith(registry: string): Record<string, string> {
  const bin = join(temporaryFolder(), "bin");
  mkdirSync(bin);
  writeFileSync(join(bin, "npm"), `#!/bin/sh\ncase "$*" in *registry*) echo ${registry};; *) echo 10.0.0;; esac\n`);
  chmodSync(join(bin, "npm"), 0o755);
  return { PATH: [bin, process.env["PATH"]].join(":") };
}

/** A server that answers this text at every path. */
async function serverThatSays(text: string): Promise<number> {
  const server = createServer((_, response) => void response.end(text));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

test("The certificate of the controller is told with its days, and the CA that this host believes with its digest", async () => {
  const controller = await testController();
  const { check } = await examine(agentFolder(controller), npmWith("https://127.0.0.1/"));
  expect(check("tls")).toMatchObject({ state: "ok", why: expect.stringContaining("verify") });
  expect(check("tls")?.found).toMatch(
    /good for \d+ days; only the CA of .*ca\.pem is believed \(SHA-256 ([0-9A-F]{2}:)+/,
  );
  expect(check("dns")).toMatchObject({ state: "ok" });
});

test("A CA that isn't the controller's is told, and that without TLS anybody reads along", async () => {
  const controller = await testController();
  const other = await testController();
  const wrong = await examine(agentFolder(controller, { caFile: other.caFile ?? "" }), npmWith("https://127.0.0.1/"));
  expect(wrong.check("tls")).toMatchObject({ state: "failed", code: "CONTROLLER_NOT_TRUSTED" });
  const plain = await testController({}, undefined, undefined, { insecureGrpc: true });
  const { check } = await examine(agentFolder(plain, { tls: false }), npmWith("https://127.0.0.1/"));
  expect(check("tls")).toMatchObject({ state: "warning", next: expect.stringContaining("--insecure-grpc") });
});

test("A name of the controller that nobody knows is a failure, one of the registry a warning", async () => {
  const controller = await testController();
  const lost = agentFolder(controller, { address: "controller.millwright.invalid:8081" });
  const { check } = await examine(lost, npmWith("https://127.0.0.1/"));
  expect(check("dns")).toMatchObject({
    state: "failed",
    found: expect.stringContaining("controller.millwright.invalid: "),
  });
  const registry = await examine(agentFolder(controller), npmWith("https://registry.millwright.invalid/"));
  expect(registry.check("dns")).toMatchObject({ state: "warning", found: expect.stringContaining("(npm's registry)") });
});

test("A health port that another program has is a failure; one that an agent has isn't", async () => {
  const controller = await testController();
  const npm = npmWith("https://127.0.0.1/");
  const taken = await serverThatSays("hello");
  const other = await examine(agentFolder(controller, { health: `127.0.0.1:${taken}` }), npm);
  expect(other.check("health-port")).toMatchObject({ state: "failed", code: "PORT_TAKEN" });
  expect(other.check("health-port")?.next).toContain("http.address");
  const agent = await serverThatSays('millwright_agent_info{version="1"} 1\n');
  const own = await examine(agentFolder(controller, { health: `127.0.0.1:${agent}` }), npm);
  expect(own.check("health-port")).toMatchObject({ state: "ok", found: expect.stringContaining("an agent answers") });
});

test("Of each proxy it is told who doesn't read it and whether it answers, without its password", async () => {
  const controller = await testController();
  const port = await serverThatSays("a proxy");
  const npm = npmWith("https://127.0.0.1/");
  const proxy = `http://user:hunter2@127.0.0.1:${port}`;
  const capitals = await examine(agentFolder(controller, { environment: { HTTP_PROXY: proxy } }), npm);
  expect(capitals.check("proxies")).toMatchObject({
    state: "warning",
    found: expect.stringContaining("git reads no HTTP_PROXY"),
  });
  expect(JSON.stringify(capitals.checks)).not.toContain("hunter2");
  const both = { HTTP_PROXY: proxy, http_proxy: proxy };
  const fine = await examine(agentFolder(controller, { environment: both }), npm);
  expect(fine.check("proxies")).toMatchObject({ state: "ok" });
  const dead = { https_proxy: "http://127.0.0.1:1" };
  const broken = await examine(agentFolder(controller, { environment: dead }), npm);
  expect(broken.check("proxies")?.found).toContain("ECONNREFUSED");
});

test("An agent that would go to its controller by a proxy is told what to set", async () => {
  const controller = await testController();
  const port = await serverThatSays("a proxy");
  const environment = { ...npmWith("https://127.0.0.1/"), https_proxy: `http://127.0.0.1:${port}` };
  const { check } = await examine(agentFolder(controller), environment);
  expect(check("proxies")).toMatchObject({
    state: "warning",
    next: expect.stringContaining("Add 127.0.0.1 to no_proxy"),
  });
  const exempt = await examine(agentFolder(controller), { ...environment, no_proxy: "127.0.0.1" });
  expect(exempt.check("proxies")?.state).toBe("ok");
});
