import { mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { BuildDetails } from "../../src/protocol/api.ts";
import type { FakeMac } from "../fakes/apple/install.ts";
import type { ProfileType } from "../fakes/apple/profiles/make-profile.ts";
import { iosRepository, openAppleGround, stateOf, type TeamFiles, teamFiles } from "../support/apple-ground.ts";
import { openProduct } from "../support/apple-product.ts";
import type { Ground } from "../support/playground.ts";

const BUILDS = { "14.3.1": "14E300c", "16.2": "16C5032a", "26.0": "17A324" };
const PREFERRED = "16.2";

/** Companies have an account of their own for apps that they give to their staff. */
const TEAMS: Record<ProfileType, string> = {
  development: "ABCDE12345",
  "ad-hoc": "ABCDE12345",
  "app-store": "ABCDE12345",
  enterprise: "ZYXWV98765",
};

/** What an Xcode calls the export of a build type: the names changed with 15.3. */
const METHODS: Record<ProfileType, { old: string; current: string }> = {
  development: { old: "development", current: "debugging" },
  "ad-hoc": { old: "ad-hoc", current: "release-testing" },
  "app-store": { old: "app-store", current: "app-store-connect" },
  enterprise: { old: "enterprise", current: "enterprise" },
};

interface Row {
  cordovaIos: string;
  buildType: ProfileType | "simulator";
  target?: string;
  xcode: keyof typeof BUILDS;
}

const STACK = "macOS - 2026.10 (Xcode 26.0)";

// Each generation meets each way of asking for an Xcode: the very version, a range, Appflow's name, nothing at all.
const ROWS: Row[] = [
  { cordovaIos: "6.3.0", buildType: "development", target: "Xcode 14.3.1", xcode: "14.3.1" },
  { cordovaIos: "6.3.0", buildType: "ad-hoc", target: "Xcode >=14 <16", xcode: "14.3.1" },
  { cordovaIos: "6.3.0", buildType: "app-store", xcode: PREFERRED },
  { cordovaIos: "6.3.0", buildType: "enterprise", target: "14.x", xcode: "14.3.1" },
  { cordovaIos: "6.3.0", buildType: "simulator", target: STACK, xcode: "26.0" },
  { cordovaIos: "7.1.1", buildType: "development", xcode: PREFERRED },
  { cordovaIos: "7.1.1", buildType: "ad-hoc", target: STACK, xcode: "26.0" },
  { cordovaIos: "7.1.1", buildType: "app-store", target: "xcode 16.2", xcode: "16.2" },
  { cordovaIos: "7.1.1", buildType: "enterprise", target: "Xcode <16", xcode: "14.3.1" },
  { cordovaIos: "7.1.1", buildType: "simulator", target: "Xcode 16", xcode: "16.2" },
  { cordovaIos: "8.1.1", buildType: "development", target: STACK, xcode: "26.0" },
  { cordovaIos: "8.1.1", buildType: "ad-hoc", xcode: PREFERRED },
  { cordovaIos: "8.1.1", buildType: "app-store", target: "Xcode 26.0", xcode: "26.0" },
  { cordovaIos: "8.1.1", buildType: "enterprise", target: "Xcode >=15", xcode: "26.0" },
  { cordovaIos: "8.1.1", buildType: "simulator", target: "16.x", xcode: "16.2" },
];
const GENERATIONS = [...new Set(ROWS.map(({ cordovaIos }) => cordovaIos))];

let mac: FakeMac;
let ground: Ground;
let close: () => Promise<void>;
const files = {} as Record<ProfileType, TeamFiles>;
let before: ReturnType<typeof stateOf>;

beforeAll(async () => {
  const xcodes = Object.keys(BUILDS).map((version) => ({ version }));
  ({ mac, ground, close } = await openAppleGround({ xcodes }, 2, PREFERRED));
  for (const cordovaIos of GENERATIONS) {
    const url = iosRepository(join(ground.folder, appOf(cordovaIos)), appFor(cordovaIos));
    await millwright("apps", "add", appOf(cordovaIos), "--git-url", url);
  }
  for (const type of Object.keys(TEAMS) as ProfileType[]) await addProfile(type);
  before = stateOf(mac);
});
afterAll(() => close());

const millwright = (...args: string[]) => ground.millwright(ground.folder, ...args);

const appOf = (cordovaIos: string) => `with-ios-${cordovaIos.split(".")[0]}`;

/** An app as people have them: cordova-ios stands in its package.json, and its version for Apple in its config.xml. */
function appFor(cordovaIos: string): Record<string, string> {
  const devDependencies = { "cordova-ios": cordovaIos };
  return {
    "package.json": JSON.stringify({
      name: "hello",
      version: "1.2.3",
      devDependencies,
      cordova: { platforms: ["ios"] },
    }),
    "config.xml": `<?xml version='1.0' encoding='utf-8'?>
<widget id="com.example.hello" version="1.2.3" ios-CFBundleVersion="45" xmlns="http://www.w3.org/ns/widgets">
    <name>Hello App</name>
    <content src="index.html" />
</widget>
`,
  };
}

/** A security profile named as its type of builds. */
async function addProfile(type: ProfileType): Promise<void> {
  const wish = { team: TEAMS[type], password: `of ${type}`, type, bundleId: "com.example.hello" };
  files[type] = teamFiles(mac, ground.folder, wish);
  const kind = type === "development" ? "development" : "production";
  const added = await millwright("profiles", "add", type, "--type", kind, ...files[type].options);
  expect(added.exit, added.text).toBe(0);
}

/** Builds with the real CLI; answers the build and the file of its product. */
async function build({ cordovaIos, buildType, target }: Row): Promise<{ build: BuildDetails; file: string }> {
  const output = join(ground.folder, `${cordovaIos} ${buildType}`);
  mkdirSync(output);
  const options = ["--app", appOf(cordovaIos), "--commit", "main", "--output", output, "--json"];
  if (buildType !== "simulator") options.push("--security-profile", buildType);
  if (target !== undefined) options.push("--target-platform", target);
  const ran = await millwright("package", "build", "ios", buildType, ...options);
  expect(ran.exit, ran.text).toBe(0);
  const [file] = readdirSync(output).filter((name) => /\.(ipa|app\.zip)$/.test(name));
  return { build: JSON.parse(ran.stdout) as BuildDetails, file: join(output, file ?? "") };
}

/** The Xcode is the one that was asked for: the log says so, and so does the artifact's metadata, by the API. */
async function expectXcode({ build: { id }, row }: { build: BuildDetails; row: Row }) {
  const { xcode } = row;
  const place = mac.developerDir(`Xcode-${xcode}.app`);
  expect(await ground.log(id)).toMatch(
    new RegExp(`Xcode ${xcode} \\(${BUILDS[xcode]}, SDK of iOS [\\d.]+\\) at ${place}: `),
  );
  const product = (await ground.build(id)).artifacts.find(({ kind }) => kind === "ipa" || kind === "app");
  expect(product?.metadata).toMatchObject({
    identifier: "com.example.hello",
    versionName: "1.2.3",
    versionCode: "45",
    xcodeVersion: xcode,
    xcodeBuild: BUILDS[xcode],
    cordovaVersion: "13.0.0",
    platformVersion: row.cordovaIos,
  });
  return product;
}

const IN_THE_APP = {
  CFBundleIdentifier: "com.example.hello",
  CFBundleShortVersionString: "1.2.3",
  CFBundleVersion: "45",
};

async function expectSigned(row: Row, type: ProfileType): Promise<void> {
  const { build: made, file } = await build(row);
  const { team, identity, profile } = files[type];
  const product = await expectXcode({ build: made, row });
  const { old, current } = METHODS[type];
  expect(product).toMatchObject({ kind: "ipa", name: `${appOf(row.cordovaIos)}-1.2.3-${type}.ipa` });
  expect(product?.metadata).toMatchObject({
    exportMethod: row.xcode === "14.3.1" ? old : current,
    profileUuid: profile.uuid,
    profileType: type,
    teamId: team,
    signerSha1: identity.facts.sha1.toLowerCase(),
  });
  const app = openProduct(mac, file);
  expect(app).toMatchObject({ name: "Hello App.app", info: { ...IN_THE_APP, DTXcodeBuild: BUILDS[row.xcode] } });
  expect(app.profile).toEqual(profile.bytes);
  expect(app.signature).toMatchObject({ sha1: identity.facts.sha1, team });
  const id = { "application-identifier": `${team}.com.example.hello`, "get-task-allow": type === "development" };
  expect(app.signature?.entitlements).toMatchObject(id);
}

async function expectForSimulator(row: Row): Promise<void> {
  const { build: made, file } = await build(row);
  const product = await expectXcode({ build: made, row });
  expect(product).toMatchObject({ kind: "app", name: `${appOf(row.cordovaIos)}-1.2.3-simulator.app.zip` });
  const app = openProduct(mac, file);
  expect(app).toMatchObject({ name: "Hello App.app", info: { ...IN_THE_APP, DTPlatformName: "iphonesimulator" } });
  expect([app.profile, app.signature]).toEqual([undefined, undefined]);
}

describe.concurrent("a controller and an agent with three Xcodes", () => {
  test.each(ROWS)("cordova-ios $cordovaIos: $buildType for $target is made by Xcode $xcode", async (row) => {
    const { buildType } = row;
    if (buildType === "simulator") await expectForSimulator(row);
    else await expectSigned(row, buildType);
  });
});

test("after all of them the search list and the folders of provisioning profiles are as before", () => {
  expect(stateOf(mac)).toEqual(before);
});
