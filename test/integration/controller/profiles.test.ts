import { rmSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import type { NamedSetting, ShownProfile } from "../../../src/protocol/api.ts";
import type { Materials } from "../../../src/protocol/material.ts";
import { type TestController, temporaryFolder, testController } from "../../support/controller.ts";
import { eventually } from "../../support/eventually.ts";
import { ScriptedAgent } from "../../support/scripted-agent.ts";
import { appleFiles, keystore, PASSWORD, unusualKeystore } from "../../support/signing-files.ts";
import { toolTest } from "../../support/tool-test.ts";
import { givenMaterial } from "./given-material.ts";
import { refusal } from "./refusal.ts";

const RELEASE = { kind: "package", platform: "android", buildType: "release", commit: "main", securityProfile: "Play" };
const DAY_MS = 86_400_000;

async function withApp(): Promise<TestController> {
  const controller = await testController();
  await controller.api("POST", "/apps", { name: "demo", gitUrl: "https://example.test/x.git" });
  return controller;
}

async function put(controller: TestController, body: object, name = "Play"): Promise<ShownProfile> {
  const answer = await controller.api("PUT", `/profiles/${name}`, body);
  expect(answer).toMatchObject({ status: 200 });
  return (answer.body as NamedSetting).shown as unknown as ShownProfile;
}

const build = (controller: TestController, change: object = {}) =>
  refusal(controller, "POST", "/apps/demo/builds", { ...RELEASE, ...change });

toolTest(["keytool"], "a keystore is opened before it is stored, and everything but its secrets is shown", async () => {
  const controller = await withApp();
  const shown = await put(controller, { type: "production", android: keystore(temporaryFolder()) });
  expect(shown).toMatchObject({ type: "production", warnings: [] });
  expect(shown.android).toMatchObject({ fileName: "play.jks", alias: "upload", format: "pkcs12" });
  const certificate = shown.android?.certificate;
  expect(certificate).toMatchObject({ subject: "CN=Shop, O=Example", key: "EC P-256" });
  expect(certificate?.sha256).toMatch(/^[0-9a-f]{64}$/);
  expect(Date.parse(certificate?.validTo ?? "")).toBeGreaterThan(Date.now() + 9990 * DAY_MS);
  const listed = JSON.stringify((await controller.api("GET", "/profiles")).body);
  expect(listed).toContain(certificate?.sha256);
  expect(listed).not.toContain(PASSWORD);
});

toolTest(
  ["keytool"],
  "what can't sign is refused by its own code, and the older profile of that name stays",
  async () => {
    const controller = await withApp();
    const folder = temporaryFolder();
    const good = keystore(folder);
    await put(controller, { type: "production", android: good });
    const expired = keystore(folder, "expired.jks", "-30d", 7);
    const future = keystore(folder, "future.jks", "+2d", 7);
    const wrong: [string, object | undefined][] = [
      ["KEYSTORE_PASSWORD_WRONG", { ...good, storePassword: "not it" }],
      ["KEY_ALIAS_MISSING", { ...good, alias: "uplaod" }],
      ["KEY_PASSWORD_WRONG", { ...good, keyPassword: "not it" }],
      ["KEYSTORE_FORMAT_UNKNOWN", { ...good, keystoreBase64: Buffer.from("PK, a zip?").toString("base64") }],
      ["CERTIFICATE_EXPIRED", expired],
      ["CERTIFICATE_NOT_YET_VALID", future],
      ["KEYSTORE_EMPTY", { ...good, keystoreBase64: "" }],
      ["REQUEST_INVALID", { ...good, keystoreBase64: "no base64!" }],
      ["REQUEST_INVALID", undefined],
    ];
    for (const [code, android] of wrong) {
      const body = { type: "production", ...(android ? { android } : {}) };
      const refused = await refusal(controller, "PUT", "/profiles/Play", body);
      expect(refused).toMatchObject({ status: 400, code, blame: "user" });
      expect(await refusal(controller, "POST", "/profiles/check", body)).toMatchObject({ status: 400, code });
      if (code !== "REQUEST_INVALID") expect(refused.what).toContain("Play");
      expect(JSON.stringify(refused)).not.toContain(PASSWORD);
    }
    expect(await build(controller, {})).toMatchObject({ status: 201 });
    const neither = await refusal(controller, "PUT", "/profiles/Play", { type: "production" });
    expect(neither.why).toContain("expected android (a keystore), ios (a p12 file), or both");
  },
);

toolTest(["keytool"], "a profile can be tried without being stored", async () => {
  const controller = await withApp();
  const android = keystore(temporaryFolder(), "play.jks", "-1d", 13);
  const tried = await controller.api("POST", "/profiles/check", { type: "production", android });
  const { shown } = tried.body as { shown: ShownProfile };
  expect(shown.android?.certificate?.subject).toBe("CN=Shop, O=Example");
  expect(shown.warnings?.join()).toMatch(/expires in 1[12] days/);
  expect((await controller.api("GET", "/profiles")).body).toEqual({ items: [] });
  expect(((await controller.api("GET", "/audit")).body as { entries: { kind: string }[] }).entries).toHaveLength(1);
});

toolTest(["openssl"], "a keystore that only Java opens is taken, with a warning that it was not checked", async () => {
  const controller = await withApp();
  const shown = await put(controller, { type: "production", android: unusualKeystore(temporaryFolder()) });
  expect(shown.warnings).toEqual([expect.stringMatching(/^not checked: .*unusual\.p12/)]);
  expect(shown.android).toEqual({ fileName: "unusual.p12", alias: "upload" });
  expect(await build(controller)).toMatchObject({ status: 201 });
});

toolTest(["keytool", "openssl"], "a build is refused at once when its profile can't sign it", async () => {
  const controller = await withApp();
  const folder = temporaryFolder();
  const android = keystore(folder);
  const ios = appleFiles(folder);
  await put(controller, { type: "development", android }, "Testers");
  await put(controller, { type: "production", android });
  const shown = await put(controller, { type: "production", ios }, "Store");
  const alone = { type: "production", ios: { ...ios, provisioningProfiles: [] } };
  expect(await refusal(controller, "PUT", "/profiles/Store", alone)).toMatchObject({
    code: "PROVISIONING_PROFILE_MISSING",
  });
  expect(shown.ios).toMatchObject({
    identities: [{ key: "RSA 2048" }],
    provisioningProfiles: [{ name: "Shop ad hoc", bundleId: "com.example.shop", type: "ad-hoc", devices: 1 }],
  });

  expect(await build(controller, { securityProfile: undefined })).toMatchObject({ code: "SIGNING_MATERIAL_MISSING" });
  const none = await build(controller, { securityProfile: "Store" });
  expect(none).toMatchObject({
    code: "SIGNING_MATERIAL_MISSING",
    why: "The security profile Store holds nothing for android.",
  });
  const type = await build(controller, { securityProfile: "Testers" });
  expect(type).toMatchObject({ status: 400, code: "BUILD_TYPE_NOT_ALLOWED" });
  expect(type.why).toBe("It is of type development, and this needs production.");
  expect(await build(controller, { securityProfile: "Testers", buildType: "debug" })).toMatchObject({ status: 201 });

  const apple = { platform: "ios", securityProfile: "Store" };
  expect(await build(controller, { ...apple, buildType: "ad-hoc" })).toMatchObject({ status: 201 });
  const store = await build(controller, { ...apple, buildType: "app-store" });
  expect(store).toMatchObject({ code: "PROVISIONING_TYPE_MISMATCH", what: expect.stringContaining("Shop ad hoc") });
  expect(await build(controller, { platform: "ios", buildType: "ad-hoc" })).toMatchObject({
    code: "SIGNING_MATERIAL_MISSING",
  });
  for (const [name, bundleId] of [
    ["Same", "com.example.shop"],
    ["Other", "com.example.other"],
  ]) {
    await controller.api("PUT", `/native-configs/${name}`, { bundleId });
  }
  expect(await build(controller, { ...apple, buildType: "ad-hoc", nativeConfig: "Same" })).toMatchObject({
    status: 201,
  });
  const other = await build(controller, { ...apple, buildType: "ad-hoc", nativeConfig: "Other" });
  expect(other).toMatchObject({ code: "PROVISIONING_BUNDLE_ID_MISMATCH" });
  expect(other.why).toContain("Shop ad hoc (com.example.shop)");
  const simulator = { platform: "ios", buildType: "simulator", securityProfile: undefined };
  expect(await build(controller, simulator)).toMatchObject({ status: 201 });
});

toolTest(
  ["openssl"],
  "an agent learns of an Apple profile what it must know before it signs, and no secret",
  async () => {
    const controller = await withApp();
    const agent = new ScriptedAgent(controller);
    agent.capability = { ...agent.capability, platforms: [{ platform: "ios", supported: true, lacking: "" }] };
    await agent.open();
    await put(controller, { type: "production", ios: appleFiles(temporaryFolder()) }, "Store");
    await build(controller, { platform: "ios", buildType: "ad-hoc", securityProfile: "Store" });
    const lease = (await agent.sync()).offers[0]?.lease;
    if (!lease) throw new Error("there is no offer");
    const { securityProfile } = (await agent.accept(lease)).spec;
    const sha1 = securityProfile?.ios?.identities[0]?.sha1;
    expect(sha1).toMatch(/^[0-9a-f]{40}$/);
    expect(securityProfile).toEqual({
      name: "Store",
      type: "production",
      warnings: [expect.stringContaining("expires in 29 days")],
      ios: {
        identities: [{ sha1, commonName: expect.stringContaining("Distribution"), teamId: expect.any(String) }],
        provisioningProfiles: [
          {
            name: "Shop ad hoc",
            uuid: expect.any(String),
            teamId: securityProfile?.ios?.identities[0]?.teamId,
            bundleId: "com.example.shop",
            type: "ad-hoc",
            certificateSha1s: [sha1],
            devices: 1,
            entitlements: expect.objectContaining({ "application-identifier": expect.any(String) }),
          },
        ],
      },
    });
  },
);

toolTest(["keytool"], "what runs out soon warns the build, and what ran out while it waited ends it", async () => {
  const controller = await withApp();
  const folder = temporaryFolder();
  const agent = new ScriptedAgent(controller);
  await agent.open();
  await put(controller, { type: "production", android: keystore(folder, "soon.jks", "-1d", 13) });
  const brief = await put(
    controller,
    { type: "production", android: keystore(folder, "brief.jks", "-1d+8S", 1) },
    "Brief",
  );
  for (const securityProfile of ["Play", "Brief"]) {
    expect(await build(controller, { securityProfile })).toMatchObject({ status: 201 });
  }
  const ends = Date.parse(brief.android?.certificate?.validTo ?? "");
  await eventually("the certificate has expired", () => Date.now() > ends, 20_000);
  expect(await build(controller, { securityProfile: "Brief" })).toMatchObject({ code: "CERTIFICATE_EXPIRED" });
  const [soon, expired] = (await agent.sync()).offers.map((offer) => offer.lease);
  if (!soon || !expired) throw new Error("both builds should be offered");
  const { spec } = await agent.accept(soon);
  expect(spec.securityProfile).toEqual({
    name: "Play",
    type: "production",
    warnings: [expect.stringMatching(/expires in 1[12] days/)],
  });
  expect((await agent.accept(expired)).spec.securityProfile).toMatchObject({
    name: "Brief",
    failure: { code: "CERTIFICATE_EXPIRED", blame: "user" },
  });
  const listed = (await controller.api("GET", "/profiles")).body as { items: NamedSetting[] };
  expect(listed.items[0]).toMatchObject({
    name: "Brief",
    shown: { warnings: [expect.stringContaining("expired on")] },
  });
});

toolTest(["keytool"], "a profile that was removed while the build waited is told as such", async () => {
  const controller = await withApp();
  const agent = new ScriptedAgent(controller);
  await agent.open();
  await put(controller, { type: "production", android: keystore(temporaryFolder()) });
  await build(controller);
  await controller.api("DELETE", "/profiles/Play");
  const lease = (await agent.sync()).offers[0]?.lease;
  if (!lease) throw new Error("the build should be offered");
  const { spec } = await agent.accept(lease);
  expect(spec.securityProfile?.failure).toMatchObject({ code: "SIGNING_MATERIAL_MISSING" });
  expect(spec.securityProfile?.failure?.why).toContain("was removed while the build was waiting");
  expect(spec.materials).toEqual([]);
});

toolTest(
  ["keytool", "openssl"],
  "the step that signs gets both platforms' material, and its passwords are masked",
  async () => {
    const controller = await withApp();
    const folder = temporaryFolder();
    const [android, ios] = [keystore(folder), appleFiles(folder)];
    rmSync(join(folder, "play.jks"));
    await put(controller, { type: "production", android, ios });
    const agent = new ScriptedAgent(controller);
    await agent.open();
    await build(controller);
    const { material, mask } = await givenMaterial(agent, "signing");
    expect(material as Materials["signing"]).toEqual({ android: { ...android, keyPassword: PASSWORD }, ios });
    expect(mask).toEqual([PASSWORD]);
  },
);
