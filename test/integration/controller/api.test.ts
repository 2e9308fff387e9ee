import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { startController } from "../../../src/controller/main.ts";
import { storeHolds, temporaryFolder, testController } from "../../support/controller.ts";
import { ScriptedAgent } from "../../support/scripted-agent.ts";
import { keystore, PASSWORD } from "../../support/signing-files.ts";
import { toolTest } from "../../support/tool-test.ts";
import { refusal } from "./refusal.ts";

test("every field of a request is checked, and every wrong one is named", async () => {
  const controller = await testController();
  const bad = await refusal(controller, "POST", "/apps", { name: "", gitUrl: "nonsense", extra: 1 });
  expect(bad).toMatchObject({ status: 400, code: "REQUEST_INVALID", blame: "user" });
  for (const field of ["name", "gitUrl", "extra"]) expect(bad.why).toContain(field);
  const app = { name: "demo", gitUrl: "https://example.test/x.git", subfolder: "../up" };
  expect((await refusal(controller, "POST", "/apps", app)).why).toContain("subfolder");
  await controller.api("POST", "/apps", { ...app, subfolder: "./apps/demo/" });
  expect((await controller.api("GET", "/apps/demo")).body).toMatchObject({ subfolder: "apps/demo" });
  expect(await refusal(controller, "POST", "/apps", { ...app, subfolder: "" })).toMatchObject({ code: "NAME_TAKEN" });
  for (const commit of ["--upload-pack=x", "a b", "x..y:z", ""]) {
    const request = { kind: "deploy", commit };
    expect(await refusal(controller, "POST", "/apps/demo/builds", request)).toMatchObject({ code: "REQUEST_INVALID" });
  }
});

test("what doesn't exist is refused with the names that do", async () => {
  const controller = await testController();
  await controller.api("POST", "/apps", { name: "demo", gitUrl: "https://example.test/x.git" });
  await controller.api("PUT", "/environments/Production", { variables: { A: "1" } });
  const request = { kind: "deploy", commit: "main", environment: "production" };
  const refused = await refusal(controller, "POST", "/apps/demo/builds", request);
  expect(refused).toMatchObject({ status: 404, code: "NOT_FOUND" });
  expect(refused.why).toContain("Production");
  expect(await refusal(controller, "GET", "/builds/77")).toMatchObject({ status: 404 });
  expect(await refusal(controller, "GET", "/nowhere")).toMatchObject({ status: 404 });
  expect((await refusal(controller, "POST", "/apps/other/builds", { kind: "deploy", commit: "x" })).why).toContain(
    "demo",
  );
});

test("a build that no agent can make is refused with what each agent lacks", async () => {
  const controller = await testController();
  await controller.api("POST", "/apps", { name: "demo", gitUrl: "https://example.test/x.git" });
  const agent = new ScriptedAgent(controller);
  await agent.open("linux-1");
  const ios = { kind: "package", platform: "ios", buildType: "development", commit: "main" };
  expect((await refusal(controller, "POST", "/apps/demo/builds", ios)).why).toContain("linux-1: not a Mac");
  const target = { kind: "deploy", commit: "main", targetPlatform: "macOS - 2026.10" };
  expect((await refusal(controller, "POST", "/apps/demo/builds", target)).why).toContain("Linux - 2026.10");
});

toolTest(["keytool"], "secrets go in and never come out", async () => {
  const controller = await testController();
  const app = { name: "demo", gitUrl: "https://example.test/x.git", gitUsername: "ci", gitPassword: "git-secret-1" };
  await controller.api("POST", "/apps", app);
  const files = { FILE: { fileName: "f.txt", base64: Buffer.from("file-secret-4").toString("base64") } };
  const environment = { variables: { A: "1" }, secrets: { KEY: "env-secret-2" }, files };
  await controller.api("PUT", "/environments/Prod", environment);
  const android = keystore(temporaryFolder());
  expect(await controller.api("PUT", "/profiles/Play", { type: "production", android })).toMatchObject({ status: 200 });
  const paths = ["/apps", "/environments", "/profiles", "/audit"];
  const shown = await Promise.all(paths.map((path) => controller.api("GET", path)));
  const text = JSON.stringify(shown.map((answer) => answer.body));
  for (const word of ["KEY", "f.txt", "upload"]) expect(text).toContain(word);
  const secrets = ["git-secret-1", "env-secret-2", PASSWORD, "file-secret-4", files.FILE.base64];
  secrets.push(android.keystoreBase64.slice(0, 40));
  for (const secret of secrets) expect(text).not.toContain(secret);
  await controller.close();
  const holds = await storeHolds(controller.data);
  expect(holds("upload")).toBe(true);
  for (const secret of secrets) expect(holds(secret)).toBe(false);
});

test("a request without the token is refused, whatever it asks for", async () => {
  const controller = await testController();
  for (const path of ["/apps", "/builds", "/agents", "/profiles", "/nowhere"]) {
    const response = await fetch(`${controller.httpUrl}/api/v1${path}`, { headers: { authorization: "Bearer wrong" } });
    expect(response.status, path).toBe(path === "/nowhere" ? 404 : 401);
  }
  expect((await fetch(`${controller.httpUrl}/readyz`)).status).toBe(200);
  expect(await (await fetch(`${controller.httpUrl}/metrics`)).text()).toContain("millwright_controller_builds_total");
});

test("a second controller in the same folder, and a port that is taken, are refused", async () => {
  const controller = await testController();
  const options = { http: "127.0.0.1:0", grpc: "127.0.0.1:0", logLevel: "fatal" };
  await expect(startController({ ...options, data: "/dev/null/data" })).rejects.toThrow(/DATA_FOLDER_UNUSABLE/);
  const broken = `${controller.data}-broken`;
  mkdirSync(broken);
  onTestFinished(() => rmSync(broken, { recursive: true, force: true }));
  writeFileSync(join(broken, "secret.key"), "not a key");
  await expect(startController({ ...options, data: broken })).rejects.toThrow(/DATA_FOLDER_UNUSABLE/);
  const taken = new URL(controller.httpUrl).host;
  await expect(startController({ ...options, data: `${controller.data}-2`, http: taken })).rejects.toThrow(
    /PORT_TAKEN/,
  );
});
