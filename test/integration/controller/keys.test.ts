import { mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { createLogger } from "../../../src/base/observe/logger.ts";
import { systemClock } from "../../../src/base/time/clock.ts";
import { newSealingKey, readKeyRing, writeKeyRing } from "../../../src/controller/secrets/key-ring.ts";
import { KeyRotation } from "../../../src/controller/secrets/key-rotation.ts";
import { Sealer } from "../../../src/controller/secrets/sealer.ts";
import { createStore } from "../../../src/controller/store/store.ts";
import type { KeyRotated } from "../../../src/protocol/api.ts";
import type { AuditEntry } from "../../../src/protocol/audit-api.ts";
import { openStoreOf, type TestController, temporaryFolder, testController } from "../../support/controller.ts";
import { eventually } from "../../support/eventually.ts";
import { ScriptedAgent } from "../../support/scripted-agent.ts";
import { givenMaterial } from "./given-material.ts";
import { refusal } from "./refusal.ts";

const DAY_MS = 86_400_000;
const OWN = { actor: "admin", why: "by hand" };

/** A controller that holds one secret of each place. */
async function withSecrets(keyFile?: string): Promise<TestController> {
  const controller = await testController({}, temporaryFolder(), keyFile);
  await controller.api("POST", "/apps", {
    name: "demo",
    gitUrl: "https://example.test/x.git",
    gitPassword: "git-secret-1",
  });
  await controller.api("PUT", "/environments/Prod", { secrets: { KEY: "env-secret-2" } });
  return controller;
}

/** What a build is given of all secrets. */
async function given(controller: TestController): Promise<string[]> {
  const agent = new ScriptedAgent(controller);
  await agent.open(`agent-${Math.random()}`);
  const masks: string[] = [];
  for (const name of ["git", "environment"] as const) {
    await controller.api("POST", "/apps/demo/builds", { kind: "deploy", commit: "main", environment: "Prod" });
    masks.push(...(await givenMaterial(agent, name)).mask);
  }
  return masks;
}

const SECRETS = ["git-secret-1", "env-secret-2"];
const keyIds = (file: string) => (readKeyRing(file) ?? []).map((key) => key.id);

/** The parts of a rotation, on the data of a controller that has stopped. */
async function atRest(data: string) {
  const file = join(data, "secret.key");
  const store = createStore(await openStoreOf(data), systemClock);
  onTestFinished(() => store.close());
  const sealer = new Sealer(readKeyRing(file) ?? [], file);
  const timing = { keyMaxAgeMs: DAY_MS, keyLookMs: DAY_MS, keySpareMs: 0 };
  const logger = createLogger("test", "fatal");
  return { store, file, rotation: new KeyRotation({ store, sealer, clock: systemClock, logger, timing }, file) };
}

test("all secrets are encrypted with a new key, and the old one is gone", async () => {
  const controller = await withSecrets();
  const file = join(controller.data, "secret.key");
  const [old] = keyIds(file);
  const rotated = (await controller.api("POST", "/keys/rotate")).body as KeyRotated;
  expect(rotated).toEqual({ keyId: keyIds(file)[0], sealedAgain: 2, unreadable: [] });
  expect(keyIds(file)).toEqual([rotated.keyId]);
  expect(rotated.keyId).not.toBe(old);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(await given(controller)).toEqual(SECRETS);
  const { entries } = (await controller.api("GET", "/audit?kind=key")).body as { entries: AuditEntry[] };
  expect(entries).toMatchObject([
    { actor: "admin", action: "key rotated", name: rotated.keyId, detail: "asked for; 2 secrets encrypted again" },
  ]);
  await controller.close();
  expect(await given(await testController({}, controller.data))).toEqual(SECRETS);
});

test("rotations at the same time end with one key and all secrets readable", async () => {
  const controller = await withSecrets();
  const all = [1, 2, 3].map(() => controller.api("POST", "/keys/rotate"));
  const writes = [1, 2, 3].map((number) =>
    controller.api("PUT", `/environments/Other-${number}`, { secrets: { A: "secret" } }),
  );
  for (const answer of await Promise.all([...all, ...writes])) expect(answer.status).toBe(200);
  expect(await given(controller)).toEqual(SECRETS);
  const last = (await controller.api("POST", "/keys/rotate")).body as KeyRotated;
  expect(last).toMatchObject({ sealedAgain: 5, unreadable: [] });
  expect(keyIds(join(controller.data, "secret.key"))).toEqual([last.keyId]);
});

test("after a crash between any two steps all is readable, and the next start finishes", async () => {
  for (const steps of ["add", "add, seal"]) {
    const before = await withSecrets();
    await before.close();
    const { store, file, rotation } = await atRest(before.data);
    rotation.addKey();
    if (steps.includes("seal")) expect(await rotation.sealAgain(OWN)).toEqual({ count: 2, unreadable: [] });
    await store.close();
    const ids = keyIds(file);
    expect(ids).toHaveLength(2);

    const controller = await testController({}, before.data);
    expect(keyIds(file), steps).toEqual(ids.slice(0, 1));
    expect(await given(controller), steps).toEqual(SECRETS);
  }
});

test("a second rotation finishes what the first left", async () => {
  const before = await withSecrets();
  await before.close();
  const { store, file, rotation } = await atRest(before.data);
  rotation.addKey();
  rotation.addKey();
  expect(keyIds(file)).toHaveLength(3);
  const { keyId, sealedAgain } = await rotation.rotate(OWN);
  expect(sealedAgain).toBe(2);
  expect(keyIds(file)).toEqual([keyId]);
  expect((await store.sealed.list()).map((value) => value.keyId)).toEqual([keyId, keyId]);
});

test("encrypting again is all or nothing", async () => {
  const before = await withSecrets();
  await before.close();
  const { store } = await atRest(before.data);
  const values = await store.sealed.list();
  let calls = 0;
  const again = () => {
    calls += 1;
    if (calls === 2) throw new Error("killed here");
    return Buffer.alloc(60);
  };
  const told = () => ({
    at: 1,
    actor: "a",
    action: "key rotated" as const,
    kind: "key" as const,
    name: "",
    detail: "",
  });
  await expect(store.sealed.replace(() => true, again, told)).rejects.toThrow("killed here");
  expect(await store.sealed.list()).toEqual(values);
  expect(await store.audit.list({ accounts: "all", kind: "key", limit: 10 })).toEqual([]);
});

test("a key that is too old is replaced at the start, and later by itself", async () => {
  const before = await withSecrets();
  await before.close();
  const file = join(before.data, "secret.key");
  const [key] = readKeyRing(file) ?? [];
  if (!key) throw new Error("there should be a key");
  writeKeyRing(file, [{ ...key, madeAtMs: Date.now() - 91 * DAY_MS }]);
  const controller = await testController({}, before.data);
  expect(keyIds(file)).not.toContain(key.id);
  expect(await given(controller)).toEqual(SECRETS);
  const { entries } = (await controller.api("GET", "/audit?kind=key")).body as { entries: AuditEntry[] };
  expect(entries).toMatchObject([
    { actor: "controller", detail: "the key was 91 days old; 2 secrets encrypted again" },
  ]);
  await controller.close();

  const [first] = keyIds(file);
  const quick = await testController({ keyMaxAgeMs: 1, keyLookMs: 20 }, before.data);
  await eventually(
    "the key was replaced again and again",
    () => keyIds(file)[0] !== first && keyIds(file).length === 1,
  );
  expect(await given(quick)).toEqual(SECRETS);
});

test("a key file that can't be written keeps the old key in use, and says so", async () => {
  const controller = await withSecrets();
  const file = join(controller.data, "secret.key");
  const text = readFileSync(file, "utf8");
  mkdirSync(`${file}.next-${process.pid}`); // where the new file would be written
  expect(await refusal(controller, "POST", "/keys/rotate")).toMatchObject({
    code: "KEY_FILE_UNUSABLE",
    blame: "controller",
  });
  expect(readFileSync(file, "utf8")).toBe(text);
  expect(await given(controller)).toEqual(SECRETS);
});

test("a key file that is gone is not replaced by a new one while secrets need it", async () => {
  const before = await withSecrets();
  await before.close();
  const file = join(before.data, "secret.key");
  const elsewhere = join(temporaryFolder(), "keys");
  const missing = await testController({}, before.data, elsewhere).catch((error: unknown) => error);
  expect(missing).toMatchObject({ failure: { code: "KEY_FILE_UNUSABLE", why: expect.stringContaining(`mv ${file}`) } });
  renameSync(file, elsewhere);
  await expect(testController({}, before.data)).rejects.toThrow(/DATA_FOLDER_UNUSABLE/);
  expect(await given(await testController({}, before.data, elsewhere))).toEqual(SECRETS);
});

test("a secret whose key is lost has a clear error where it is used, and stays through a rotation", async () => {
  const before = await withSecrets();
  await before.close();
  const file = join(before.data, "secret.key");
  const lost = readFileSync(file, "utf8");
  writeKeyRing(file, [newSealingKey(Date.now())]);
  const controller = await testController({}, before.data);
  await expect(given(controller)).rejects.toThrow(/the controller's key file .* doesn't hold it/);
  const rotated = (await controller.api("POST", "/keys/rotate")).body as KeyRotated;
  expect(rotated).toMatchObject({ sealedAgain: 0, unreadable: ["environment Prod", expect.stringMatching(/^app a/)] });
  await controller.close();

  writeFileSync(file, readFileSync(file, "utf8") + lost);
  expect(await given(await testController({}, before.data))).toEqual(SECRETS);
});
