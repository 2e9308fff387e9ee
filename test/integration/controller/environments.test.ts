import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { expect, test } from "vitest";
import { systemClock } from "../../../src/base/time/clock.ts";
import { readKeyRing } from "../../../src/controller/secrets/key-ring.ts";
import { Sealer } from "../../../src/controller/secrets/sealer.ts";
import { createStore } from "../../../src/controller/store/store.ts";
import type { NamedSetting } from "../../../src/protocol/api.ts";
import { openStoreOf, type TestController, testController } from "../../support/controller.ts";
import { ScriptedAgent } from "../../support/scripted-agent.ts";
import { givenMaterial } from "./given-material.ts";
import { refusal } from "./refusal.ts";

const DEPLOY = { kind: "deploy", commit: "main", environment: "Prod" };
const MIB = 2 ** 20;

const fileOf = (bytes: Buffer | string, fileName = "secret.txt") => ({
  fileName,
  base64: Buffer.from(bytes).toString("base64"),
});

async function withBuild(controller: TestController, environment: object): Promise<ScriptedAgent> {
  expect(await controller.api("PUT", "/environments/Prod", environment)).toMatchObject({ status: 200 });
  await controller.api("POST", "/apps", { name: "demo", gitUrl: "https://example.test/x.git" });
  const agent = new ScriptedAgent(controller);
  await agent.open();
  expect(await controller.api("POST", "/apps/demo/builds", DEPLOY)).toMatchObject({ status: 201 });
  return agent;
}

test("secret files reach the build, and what is secret in them is masked", async () => {
  const controller = await testController();
  const account = JSON.stringify({
    type: "service_account",
    private_key_id: "0123456789abcdef0123456789abcdef01234567",
  });
  const credentials = "https://ci:gitlab%2Dtoken-1@git.example\nhttps://only-token-2@git.example\nnot an address\n";
  const files = { ACCOUNT: fileOf(account, "account.json") };
  const secrets = { KEY: "env-secret-2", EMPTY: "", GIT_CREDENTIALS: credentials };
  const agent = await withBuild(controller, { variables: { A: "1" }, secrets, files });
  const listed = (await controller.api("GET", "/environments")).body as { items: NamedSetting[] };
  expect(listed.items[0]?.shown).toEqual({
    variables: { A: "1" },
    secretNames: ["EMPTY", "GIT_CREDENTIALS", "KEY"],
    fileNames: ["ACCOUNT: account.json"],
  });
  const { material, mask } = await givenMaterial(agent, "environment");
  expect(material).toEqual({ secrets, files });
  const masked = ["env-secret-2", "gitlab%2Dtoken-1", "gitlab-token-1", "only-token-2"];
  expect(mask).toEqual(expect.arrayContaining([...masked, "0123456789abcdef0123456789abcdef01234567"]));
  expect(mask).not.toContain("");
});

test("as many large files as are allowed come through whole, and more are refused with their names", async () => {
  const controller = await testController();
  const names = Array.from({ length: 8 }, (_, index) => `FILE_${index}`);
  const files = Object.fromEntries(names.map((name) => [name, fileOf(randomBytes(MIB))]));
  const agent = await withBuild(controller, { files });
  expect((await givenMaterial(agent, "environment")).material).toEqual({ secrets: {}, files });

  const more = { ...files, MORE: fileOf("x") };
  const tooMany = await refusal(controller, "PUT", "/environments/Prod", { files: more });
  expect(tooMany).toMatchObject({ status: 400, code: "REQUEST_INVALID", why: expect.stringContaining("8.0 MiB") });
  const large = { LARGE: fileOf(Buffer.alloc(MIB + 1)) };
  const tooLarge = await refusal(controller, "PUT", "/environments/Prod", { files: large });
  expect(tooLarge.why).toContain("files.LARGE (1.0 MiB): a file may have 1.0 MiB");
  const tooLong = await refusal(controller, "PUT", "/native-configs/x", { appName: "x".repeat(MIB) });
  expect(tooLong).toMatchObject({ code: "REQUEST_INVALID", why: "Its body is larger than 1.0 MiB." });
});

test("a name stands once among variables, secrets and files, and files have plain names", async () => {
  const controller = await testController();
  const twice = { variables: { A: "1", B: "2" }, secrets: { A: "3" }, files: { B: fileOf("4") } };
  expect((await refusal(controller, "PUT", "/environments/Prod", twice)).why).toContain(
    "A, B: a name can stand only once",
  );
  for (const fileName of ["../up", "a/b", "a\\b", ".", "..", "", "a\nb"]) {
    const refused = await refusal(controller, "PUT", "/environments/Prod", { files: { A: fileOf("x", fileName) } });
    expect(refused, fileName).toMatchObject({
      code: "REQUEST_INVALID",
      why: expect.stringContaining("files.A.fileName"),
    });
  }
  const noBase64 = { files: { A: { fileName: "a", base64: "not base64!" } } };
  expect((await refusal(controller, "PUT", "/environments/Prod", noBase64)).why).toContain("files.A.base64");
});

test("an environment that an older release wrote, without files, still works", async () => {
  const before = await testController();
  await before.close();
  const store = createStore(await openStoreOf(before.data), systemClock);
  const sealer = new Sealer(readKeyRing(join(before.data, "secret.key")) ?? [], "");
  const [kind, name] = ["environment", "Prod"] as const;
  const shown = JSON.stringify({ variables: {}, secretNames: ["KEY"] });
  const seal = () => sealer.seal({ secrets: { KEY: "env-secret-2" } }, { kind, name });
  await store.settings.put({ account: "default", kind, name, shown, seal, at: 1 }, "admin");
  await store.close();

  const controller = await testController({}, before.data, undefined, { trustStore: true });
  await controller.api("POST", "/apps", { name: "demo", gitUrl: "https://example.test/x.git" });
  await controller.api("POST", "/apps/demo/builds", DEPLOY);
  const agent = new ScriptedAgent(controller);
  await agent.open();
  const { material, mask } = await givenMaterial(agent, "environment");
  expect({ material, mask }).toEqual({
    material: { secrets: { KEY: "env-secret-2" }, files: {} },
    mask: ["env-secret-2"],
  });
});
