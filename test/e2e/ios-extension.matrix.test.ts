import { mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { BuildDetails } from "../../src/protocol/api.ts";
import type { FakeMac } from "../fakes/apple/install.ts";
import type { ProfileType } from "../fakes/apple/profiles/make-profile.ts";
import { extensionFiles } from "../support/app-extension.ts";
import { iosRepository, openAppleGround, stateOf, type TeamFiles, teamFiles } from "../support/apple-ground.ts";
import { openProduct } from "../support/apple-product.ts";
import type { Ground } from "../support/playground.ts";

const APP = "com.example.hello";
const SHARE = "com.example.hello.share";
const TEAM = "ABCDE12345";

let mac: FakeMac;
let ground: Ground;
let close: () => Promise<void>;
const files: Record<string, TeamFiles> = {};
let before: ReturnType<typeof stateOf>;

beforeAll(async () => {
  ({ mac, ground, close } = await openAppleGround({ xcodes: [{ version: "16.2" }] }, 2));
  await addApp("ios-7", extensionFiles("7.1.1"));
  await addApp("ios-8", extensionFiles("8.1.1"));
  await addApp("elsewhere", extensionFiles("8.1.1", "com.example.elsewhere.share"));
  for (const type of ["development", "ad-hoc", "app-store"] as const) await addProfile(type, type, [SHARE]);
  await addProfile("app-only", "ad-hoc", []);
  await addProfile("for-elsewhere", "ad-hoc", ["com.example.elsewhere.share"]);
  await addProfile("without-share", "ad-hoc", ["com.example.hello.widget"]);
  before = stateOf(mac);
});
afterAll(() => close());

const millwright = (...args: string[]) => ground.millwright(ground.folder, ...args);

async function addApp(name: string, content: Record<string, string>): Promise<void> {
  const url = iosRepository(join(ground.folder, name), content);
  expect((await millwright("apps", "add", name, "--git-url", url)).exit).toBe(0);
}

async function addProfile(name: string, type: ProfileType, extensions: string[]): Promise<void> {
  const made = teamFiles(mac, ground.folder, { team: TEAM, password: `of ${name}`, type, bundleId: APP, extensions });
  files[name] = made;
  const kind = type === "development" ? "development" : "production";
  const added = await millwright("profiles", "add", name, "--type", kind, ...made.options);
  expect(added.exit, added.text).toBe(0);
}

async function build(app: string, type: string, profile: string): Promise<{ build: BuildDetails; file: string }> {
  const output = join(ground.folder, `output of ${app} ${profile}`);
  mkdirSync(output);
  const options = ["--app", app, "--commit", "main", "--security-profile", profile, "--output", output, "--json"];
  const ran = await millwright("package", "build", "ios", type, ...options);
  const made = JSON.parse(ran.stdout) as BuildDetails;
  const [file] = readdirSync(output).filter((name) => name.endsWith(".ipa"));
  return { build: made, file: join(output, file ?? "") };
}

describe.concurrent("an app with an extension that a plugin adds", () => {
  test.each([
    { app: "ios-7", type: "ad-hoc" },
    { app: "ios-8", type: "app-store" },
    { app: "ios-8", type: "development" },
  ])("$app, $type: both are signed, each with its own provisioning profile", async ({ app, type }) => {
    const { build: made, file } = await build(app, type, type);
    expect(made, JSON.stringify(made.failure)).toMatchObject({ status: "success" });
    const { identity, profile, extensions } = files[type] as TeamFiles;
    const [own] = extensions;
    const product = openProduct(mac, file);
    expect([product.profile, product.signature?.sha1]).toEqual([profile.bytes, identity.facts.sha1]);
    expect(product.extensions).toMatchObject([
      {
        name: "Share.appex",
        info: { CFBundleIdentifier: SHARE },
        signature: { sha1: identity.facts.sha1, team: TEAM },
      },
    ]);
    expect(product.extensions[0]?.profile).toEqual(own?.bytes);
    expect(product.extensions[0]?.signature?.entitlements).toMatchObject({
      "application-identifier": `${TEAM}.${SHARE}`,
    });
    const told = `<key>${APP}</key> <string>${profile.uuid}</string> <key>${SHARE}</key> <string>${own?.uuid}</string>`;
    expect(await ground.log(made.id)).toContain(told);
    const ipa = (await ground.build(made.id)).artifacts.find(({ kind }) => kind === "ipa");
    expect(ipa?.metadata).toMatchObject({
      profileUuid: profile.uuid,
      extensions: [SHARE],
      extensionProfiles: [`${own?.name} (${own?.uuid})`],
    });
  });

  test.each([
    { app: "ios-8", profile: "app-only", code: "SIGNING_TEAM_MISSING", told: /for Share.* for its bundle id too/ },
    { app: "ios-7", profile: "without-share", code: "SIGNING_PROFILE_REQUIRED", told: /^Share has no/ },
    { app: "elsewhere", profile: "for-elsewhere", code: "EXTENSION_ID_WRONG", told: /com\.example\.elsewhere\.share/ },
  ])("$app with the security profile $profile ends with $code", async ({ app, profile, code, told }) => {
    const { build: made } = await build(app, "ad-hoc", profile);
    expect(made.failure, JSON.stringify(made.failure)).toMatchObject({ code, step: "compile", blame: "user" });
    const { what, why, next } = made.failure ?? { what: "", why: "", next: "" };
    expect(`${what} ${why} ${next}`).toMatch(told);
  });
});

test("nothing of them stays", () => {
  expect(stateOf(mac)).toEqual(before);
});
