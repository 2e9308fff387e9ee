import { join } from "node:path";
import { expect } from "vitest";
import type { FakeMac } from "../../fakes/apple/install.ts";
import type { ProfileWish } from "../../fakes/apple/profiles/make-profile.ts";
import { stateOf } from "../../support/apple-ground.ts";
import { eventually } from "../../support/eventually.ts";
import { fakeMac, IOS_APP, iosJob, type Material, makeMaterial } from "./ios-kit.ts";
import { type Files, makeRepository } from "./repositories.ts";
import { type RunningJob, startJob } from "./supervisor.ts";

/** A build that xcodebuild or macOS ends. */
export interface Refusal {
  code: string;
  /** In the failure's texts. */
  told: string | RegExp;
  blame?: "user" | "host";
  unknownIssuer?: boolean;
  /** Of the provisioning profile, beside the usual ones. */
  entitlements?: NonNullable<ProfileWish["entitlements"]>;
  /** Runs as a hook of the app before xcodebuild: JavaScript with `security(...)`, fs and path. */
  hook?: string;
  files?: Files;
  before?: (mac: FakeMac, material: Material) => void;
  /** When preflight has found nothing. */
  meanwhile?: (mac: FakeMac) => void;
  /** Refused before xcodebuild is started. */
  early?: true;
}

/** config.xml with this for ios. */
export function inConfig(xml: string): Files {
  return {
    "config.xml": (IOS_APP["config.xml"] ?? "").replace("</widget>", `<platform name="ios">${xml}</platform></widget>`),
  };
}

/** The app's own build.json, which adds build settings. */
export function buildFlag(...settings: string[]): Files {
  return { "build.json": JSON.stringify({ ios: { release: { buildFlag: settings } } }) };
}

/** The app, with a hook that is a whole module. */
function filesWith({ files, hook }: Refusal): Files {
  if (hook === undefined) return { ...IOS_APP, ...files };
  const config = (IOS_APP["config.xml"] ?? "").replace(
    "</widget>",
    `<hook type="before_compile" src="hook.js" /></widget>`,
  );
  const module = `const fs = require("fs"), path = require("path");
const { execFileSync } = require("child_process");
const security = (...args) => execFileSync("security", args, { encoding: "utf8" });
const sign = (file) => execFileSync("codesign", ["--force", "--sign", "Apple Distribution", file], { stdio: "inherit" });
module.exports = () => { ${hook} };`;
  return { ...IOS_APP, "config.xml": config, "hook.js": module, ...files };
}

async function start(root: string, mac: FakeMac, wish: Refusal, { ios }: Material): Promise<RunningJob> {
  const gitUrl = makeRepository(filesWith(wish)).folder;
  const request = iosJob(mac, { root, gitUrl }, { buildType: "ad-hoc" }, ios);
  const path = `${join(mac.root, "first")}:${request.host?.environment?.["PATH"]}`;
  return startJob({ ...request, host: { ...request.host, environment: { PATH: path } } });
}

/** Builds it in `root`, and holds its failure against what is wished: the code, the texts, and that nothing stays. */
export async function expectRefused(root: string, wish: Refusal): Promise<void> {
  const { code, told, blame = "user", unknownIssuer = false, entitlements = {} } = wish;
  const mac = fakeMac();
  const made = makeMaterial(mac, { unknownIssuer, entitlements });
  wish.before?.(mac, made);
  const before = stateOf(mac);
  const job = await start(root, mac, wish, made);
  if (wish.meanwhile) {
    await eventually("preflight ends", () => job.steps().includes("preflight: ok"), 60_000);
    wish.meanwhile(mac);
  }
  const { failure } = await job.result();
  expect(failure, job.log()).toMatchObject({ code, step: "compile", blame });
  expect(`${failure?.what}\n${failure?.why}\n${failure?.detail}`).toMatch(told);
  if (wish.early) expect(mac.calls().filter(({ argv }) => argv.includes("archive"))).toEqual([]);
  // What the app's own hook removed isn't put back.
  if (code !== "SIGNING_PROFILE_NOT_FOUND") expect(stateOf(mac)).toEqual(before);
}
