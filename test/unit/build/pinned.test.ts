import { expect, test } from "vitest";
import { choosePackageManager } from "../../../src/build/install/package-manager.ts";
import type { JobContext } from "../../../src/build/job/context.ts";
import type { AppFacts } from "../../../src/build/job/findings.ts";
import { checkPinned } from "../../../src/build/preflight/pinned.ts";

interface Commit {
  files?: string[];
  devDependencies?: Record<string, string>;
  engine?: string;
  install?: string;
  ofHost?: string;
  kind?: "deploy";
}

/** What the log says of a commit that an agent builds for android; the failure's code where everything must be pinned. */
function said({ files = [], devDependencies = {}, engine, install, ofHost, kind }: Commit) {
  const packageJson = {
    scripts: {},
    dependencies: {},
    devDependencies,
    packageManager: "",
    node: "",
    cordovaPlugins: {},
  };
  const widget = { id: "", version: "", engines: engine ? { android: engine } : {}, preferences: {}, plugins: [] };
  const app: AppFacts = { entries: new Set(files), packageJson, widget, commands: install ? { install } : {} };
  const lines: string[] = [];
  const context = (requirePinned: boolean) =>
    ({
      spec: kind === "deploy" ? { kind, platform: "web" } : { kind: "package", platform: "android" },
      host: { agentName: "tux", platformVersions: ofHost ? { android: ofHost } : {}, requirePinned },
      found: { app },
      log: { line: (text: string) => lines.push(text) },
    }) as unknown as JobContext;
  const manager = choosePackageManager(app);
  checkPinned(context(false), manager);
  let code = "";
  try {
    checkPinned(context(true), manager);
  } catch (error) {
    code = (error as { code: string }).code;
  }
  return { log: lines.join("\n"), code };
}

const LOCK = ["package-lock.json"];
const PINNED = { log: "", code: "" };

test("With a lock file, and the platform in it or an exact version of it, nothing is left open", () => {
  expect(said({ files: LOCK, devDependencies: { "cordova-android": "^14.0.0" } })).toEqual(PINNED);
  expect(said({ files: LOCK, engine: "14.0.1" })).toEqual(PINNED);
  expect(said({ files: LOCK, ofHost: "14.0.1" })).toEqual(PINNED);
  expect(said({ files: ["yarn.lock"], kind: "deploy" })).toEqual(PINNED);
});

test("A missing lock file, a range and no version at all are told, and refused where everything must be pinned", () => {
  const range = said({ files: LOCK, engine: "^14.0.0" });
  expect(range.log).toContain("Not pinned: Which cordova-android is added is left open: it asks for ^14.0.0");
  expect(said({ files: LOCK }).log).toContain("it asks for no version of it");
  const loose = said({ devDependencies: { "cordova-android": "^14.0.0" } });
  expect(loose.log).toMatch(/It has no lock file.*cordova-android/);
  for (const { code } of [range, loose, said({ kind: "deploy" })]) expect(code).toBe("VERSIONS_NOT_PINNED");
});

test("What an app's own install command does is not judged", () => {
  expect(said({ install: "make deps", kind: "deploy" })).toEqual(PINNED);
});
