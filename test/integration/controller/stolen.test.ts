import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { sqliteTest, type TestController, testController } from "../../support/controller.ts";
import { agentWithApp, begunBuild, finishedBuild } from "../../support/finished-build.ts";
import { ScriptedAgent } from "../../support/scripted-agent.ts";

// What docs/security-model.md says of stolen keys, where no other test says it.

const PASSWORD = "a password of ann";
const SECRETS = ["s3cret-of-an-environment", "s3cret-of-a-repository", "s3cret-of-a-webhook-0123456"] as const;
const APK = { name: "a.apk", kind: "apk" as const, bytes: "PK" };
const DEBUG = { kind: "package", platform: "android", buildType: "debug", commit: "main" };
const ANOTHER = "another-long-random-text-0123456789";

/** A controller with one secret of each kind; answers all of them. */
async function storeSecrets({ api, as, ...controller }: TestController): Promise<string[]> {
  const [key, git, webhook] = SECRETS;
  await agentWithApp({ api, as, ...controller }, { gitUsername: "git", gitPassword: git });
  const environment = { variables: { SHOWN: "plain-value" }, secrets: { KEY: key } };
  expect((await api("PUT", "/environments/production", environment)).status).toBe(200);
  const hook = { url: "https://hook.test/x", secret: webhook };
  expect((await api("POST", "/webhooks", hook)).status).toBe(201);
  const ann = { email: "ann@example.com", password: PASSWORD };
  expect((await api("POST", "/users", { ...ann, name: "Ann" })).status).toBe(201);
  const login = await as(undefined)("POST", "/session", ann);
  return [...SECRETS, PASSWORD, (login.body as { token: string }).token];
}

sqliteTest(
  "it looks into the file of the store",
  "the store alone holds no secret, password or token; plain variables it does hold",
  async () => {
    const controller = await testController();
    const secrets = await storeSecrets(controller);
    await controller.close();
    const names = readdirSync(controller.data).filter((name) => name.startsWith("millwright.db"));
    const store = Buffer.concat(names.map((name) => readFileSync(join(controller.data, name))));
    expect(store.includes("plain-value")).toBe(true);
    for (const secret of secrets) {
      expect(secret.length).toBeGreaterThan(8);
      for (const form of [secret, Buffer.from(secret).toString("base64"), Buffer.from(secret).toString("hex")]) {
        expect(store.includes(form), form).toBe(false);
      }
    }
  },
);

test("no answer of the API to an operator holds a secret", async () => {
  const controller = await testController();
  const secrets = await storeSecrets(controller);
  for (const path of ["/environments", "/apps", "/apps/demo", "/webhooks", "/users", "/audit", "/profiles"]) {
    const { status, body } = await controller.api("GET", path);
    expect(status, path).toBe(200);
    for (const secret of secrets) expect(JSON.stringify(body), path).not.toContain(secret);
  }
});

test("an admin token that was replaced lets nobody in any more, and the new one does", async () => {
  const controller = await testController();
  await controller.close();
  writeFileSync(join(controller.data, "admin.token"), `${ANOTHER}\n`);
  const next = await testController({}, controller.data);
  expect((await next.as(controller.adminToken)("GET", "/agents")).status).toBe(401);
  expect((await next.as(ANOTHER)("GET", "/agents")).status).toBe(200);
});

test("without its signing key the controller makes a new one: addresses of files and job tokens end", async () => {
  const controller = await testController();
  const agent = await agentWithApp(controller);
  const { id, artifacts } = await finishedBuild(controller, agent, { files: [APK], request: DEBUG });
  const running = await begunBuild(controller, agent);
  const { body } = await controller.api("POST", `/builds/${id}/artifacts/${artifacts[0]}/install`);
  const { pathname } = new URL((body as { url: string }).url);
  expect((await fetch(`${controller.httpUrl}${pathname}`)).status).toBe(200);
  await controller.close();
  rmSync(join(controller.data, "signing.key"));
  const next = await testController({}, controller.data);
  const again = new ScriptedAgent(next);
  await again.open();
  await expect(again.begin(running.lease, running.jobToken)).rejects.toThrow();
  expect((await fetch(`${next.httpUrl}${pathname}`)).status).toBeGreaterThanOrEqual(400);
});
