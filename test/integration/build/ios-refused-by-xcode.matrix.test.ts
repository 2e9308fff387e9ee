import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { provisioningFiles } from "../../../src/protocol/apple-host/places.ts";
import { makeIdentity } from "../../fakes/apple/certificates/identity.ts";
import type { FakeMac } from "../../fakes/apple/install.ts";
import { makeProfile } from "../../fakes/apple/profiles/make-profile.ts";
import { stateOf } from "../../support/apple-ground.ts";
import { eventually } from "../../support/eventually.ts";
import { writeProgram } from "../../support/xcode-folders.ts";
import { fakeMac, IOS_APP, iosJob, type Material, makeMaterial, sharedRoot } from "./ios-kit.ts";
import { type Files, makeRepository } from "./repositories.ts";
import { type RunningJob, startJob } from "./supervisor.ts";

const root = sharedRoot();

interface Case {
  code: string;
  /** In the failure's texts. */
  told: string | RegExp;
  blame?: "user" | "host";
  unknownIssuer?: boolean;
  /** Runs as a hook of the app before xcodebuild: JavaScript with `security(...)`, fs and path. */
  hook?: string;
  files?: Files;
  before?: (mac: FakeMac, material: Material) => void;
  /** When preflight has found nothing. */
  meanwhile?: (mac: FakeMac) => void;
}

const PROVISIONING = "Library/Developer/Xcode/UserData/Provisioning Profiles";
const ENTITLED = IOS_APP["config.xml"]?.replace(
  "</widget>",
  `<platform name="ios"><config-file target="*-Release.plist" parent="aps-environment"><string>production</string></config-file></platform></widget>`,
);

/** The app's own build.json, which adds a build setting. */
function buildFlag(setting: string): Files {
  return { "build.json": JSON.stringify({ ios: { release: { buildFlag: [setting] } } }) };
}

const CASES: Case[] = [
  { code: "SIGNING_CERTIFICATE_NOT_FOUND", unknownIssuer: true, told: /No signing certificate/ },
  {
    code: "SIGNING_PROFILE_EXPIRED",
    told: /expired on/,
    meanwhile: (mac) => mac.change({ clockOffsetSeconds: 366 * 86_400 }),
  },
  {
    code: "SIGNING_PROFILE_NOT_FOUND",
    told: /No profile for team 'ABCDE12345' matching/,
    hook: `for (const folder of ["${PROVISIONING}", "Library/MobileDevice/Provisioning Profiles"]) fs.rmSync(path.join(process.env.HOME, folder), { recursive: true, force: true });`,
  },
  {
    code: "SIGNING_PROFILE_OTHER_CERTIFICATE",
    told: /doesn't include signing certificate/,
    before: (mac, { profile }) => {
      const certificates = [makeIdentity(mac.root, { owner: "Somebody else" }).facts];
      const other = makeProfile(mac.root, { uuid: profile.uuid, certificates });
      for (const file of provisioningFiles(mac.home, profile.uuid)) {
        mkdirSync(dirname(file), { recursive: true });
        writeFileSync(file, other.bytes);
      }
    },
  },
  {
    code: "SIGNING_PROFILE_OTHER_APP",
    told: /com\.example\.elsewhere/,
    files: buildFlag("PRODUCT_BUNDLE_IDENTIFIER=com.example.elsewhere"),
  },
  { code: "SIGNING_CAPABILITY_MISSING", told: /Push Notifications/, files: { "config.xml": ENTITLED ?? "" } },
  {
    code: "SIGNING_KEY_UNUSABLE",
    told: /errSecInternalComponent/,
    blame: "host",
    hook: `security("lock-keychain", security("list-keychains", "-d", "user").match(/"([^"]*millwright-l[^"\\/]*)"/)[1]);`,
  },
  {
    code: "SIGNING_TEAM_MISSING",
    told: /requires a development team/,
    files: buildFlag("DEVELOPMENT_TEAM="),
  },
  {
    code: "SIGNING_PROFILE_REQUIRED",
    told: /requires a provisioning profile/,
    files: buildFlag("PROVISIONING_PROFILE_SPECIFIER="),
  },
  {
    code: "OBJECTIVE_C_ERROR",
    told: /the compiler's own words/,
    hook: `fs.appendFileSync("platforms/ios/App/AppDelegate.swift", '\\n#error the compiler\\'s own words\\n');`,
  },
  {
    code: "IOS_PLATFORM_NOT_INSTALLED",
    told: /18\.2/,
    blame: "host",
    meanwhile: (mac) => mac.changeXcode("Xcode-16.2.app", { iosPlatform: "sdk-only" }),
  },
  {
    code: "KEYCHAIN_FAILED",
    told: /MAC verification failed during PKCS12 import/,
    blame: "host",
    before: (mac) => {
      const said = "security: SecKeychainItemImport: MAC verification failed during PKCS12 import (wrong password?)";
      const script = `#!/bin/sh\n[ "$1" = import ] && echo "${said}" >&2 && exit 1\nexec "${mac.bin}/security" "$@"\n`;
      writeProgram(join(mac.root, "first"), "security", script);
    },
  },
  { code: "APP_BUILD_JSON_BROKEN", told: /JSON/, files: { "build.json": '{ "ios": ' } },
];

/** The app, with a hook that is a whole module. */
function filesWith({ files, hook }: Case): Files {
  if (hook === undefined) return { ...IOS_APP, ...files };
  const config = (IOS_APP["config.xml"] ?? "").replace(
    "</widget>",
    `<hook type="before_compile" src="hook.js" /></widget>`,
  );
  const module = `const fs = require("fs"), path = require("path");
const { execFileSync } = require("child_process");
const security = (...args) => execFileSync("security", args, { encoding: "utf8" });
module.exports = () => { ${hook} };`;
  return { ...IOS_APP, "config.xml": config, "hook.js": module, ...files };
}

async function start(mac: FakeMac, wish: Case, { ios }: Material): Promise<RunningJob> {
  const gitUrl = makeRepository(filesWith(wish)).folder;
  const request = iosJob(mac, { root, gitUrl }, { buildType: "ad-hoc" }, ios);
  const path = `${join(mac.root, "first")}:${request.host?.environment?.["PATH"]}`;
  return startJob({ ...request, host: { ...request.host, environment: { PATH: path } } });
}

test.each(CASES)("$code: the failure tells what macOS and Xcode say, and nothing stays", async (wish) => {
  const { code, told, blame = "user", unknownIssuer = false } = wish;
  const mac = fakeMac();
  const made = makeMaterial(mac, { unknownIssuer });
  wish.before?.(mac, made);
  const before = stateOf(mac);
  const job = await start(mac, wish, made);
  if (wish.meanwhile) {
    await eventually("preflight ends", () => job.steps().includes("preflight: ok"), 60_000);
    wish.meanwhile(mac);
  }
  const { failure } = await job.result();
  expect(failure, job.log()).toMatchObject({ code, step: "compile", blame });
  expect(`${failure?.what}\n${failure?.why}\n${failure?.detail}`).toMatch(told);
  // What the app's own hook removed isn't put back.
  if (code !== "SIGNING_PROFILE_NOT_FOUND") expect(stateOf(mac)).toEqual(before);
});
