import { expect, test } from "vitest";
import { namesTwice, pairsOf, recordOf } from "../../../../src/page/controls/pairs.ts";
import { appChangeOf, draftOf, NEW_APP, newAppOf } from "../../../../src/page/settings/apps/app-draft.ts";
import {
  automationDraftOf,
  NEW_AUTOMATION,
  newAutomationOf,
} from "../../../../src/page/settings/automations/automation-draft.ts";
import {
  environmentDraftOf,
  environmentRequestOf,
  variableFault,
} from "../../../../src/page/settings/environments/environment-draft.ts";
import {
  nativeConfigDraftOf,
  nativeConfigRequestOf,
} from "../../../../src/page/settings/native-configs/native-config-draft.ts";
import { moved } from "../../../../src/page/settings/target-platforms/target-platform-draft.ts";
import type { App } from "../../../../src/protocol/app-api.ts";
import type { TargetPlatform } from "../../../../src/protocol/queue-api.ts";

const APP: App = {
  id: "a1",
  account: "o1",
  name: "Shop",
  gitUrl: "https://git.example.com/shop.git",
  ownRemote: false,
  subfolder: "",
  gitUsername: "bot",
  hasGitPassword: true,
  deployOnPush: true,
  cancelOlder: false,
  hookUrl: "",
  hasPushSecret: false,
  keepArtifactsDays: 14,
  keepLogsDays: null,
  timeoutMinutes: null,
  trustedBranches: null,
  createdAt: "2026-01-01T00:00:00Z",
};

test("rows become a record without the nameless ones, and back", () => {
  expect(
    recordOf([
      { name: " A ", value: "1" },
      { name: "", value: "2" },
    ]),
  ).toEqual({ A: "1" });
  expect(pairsOf({ A: "1" })).toEqual([{ name: "A", value: "1" }]);
  expect(namesTwice([{ name: "A" }], [{ name: "B" }, { name: "A " }])).toEqual(new Set(["A"]));
});

test("saving an app keeps a password that wasn't entered, and forgets it with its user name", () => {
  const draft = draftOf(APP);
  expect(appChangeOf(draft, APP)).not.toHaveProperty("gitPassword");
  expect(appChangeOf(draft, APP)).toMatchObject({ keepArtifactsDays: 14, keepLogsDays: null });
  expect(appChangeOf({ ...draft, gitUsername: "" }, APP)).toMatchObject({ gitUsername: "", gitPassword: "" });
  expect(appChangeOf({ ...draft, gitPassword: "new" }, APP)).toMatchObject({ gitPassword: "new" });
});

test("an app of the controller's own remote is sent without address and login", () => {
  const typed = { ...NEW_APP, name: "Depot", ownRemote: true, gitUrl: "x", gitUsername: "y", gitPassword: "z" };
  expect(newAppOf(typed)).toEqual({ name: "Depot", subfolder: "", deployOnPush: true, cancelOlder: false });
  expect(appChangeOf({ ...draftOf(APP), ownRemote: true }, APP)).toMatchObject({ ownRemote: true });
  expect(appChangeOf({ ...draftOf(APP), ownRemote: true }, APP)).not.toHaveProperty("gitUrl");
});

test("an automation is sent with its patterns and without a commit, and read back", () => {
  const draft = { ...NEW_AUTOMATION, name: "Release", branches: " main \n\nrelease/*", packageType: "aab" as const };
  const wanted = newAutomationOf(draft);
  expect(wanted).toEqual({
    name: "Release",
    enabled: true,
    branches: ["main", "release/*"],
    request: { kind: "package", platform: "android", buildType: "debug", packageType: "aab" },
  });
  const stored = { ...wanted, id: "t1", createdAt: "2026-01-01T00:00:00Z", enabled: true };
  expect(newAutomationOf(automationDraftOf(stored))).toEqual(wanted);
  const web = { ...stored, request: { kind: "deploy" as const, environment: "QA" } };
  expect(newAutomationOf(automationDraftOf(web)).request).toEqual(web.request);
});

test("an environment's secrets come back by name alone, and are sent as they are entered", () => {
  const shown = { variables: { A: "1" }, secretNames: ["KEY"], fileNames: ["GS: google: services.json"] };
  const draft = environmentDraftOf({ name: "QA", updatedAt: "", shown });
  expect(draft.secrets).toEqual([{ name: "KEY", value: "", kept: true }]);
  expect(draft.files).toMatchObject([{ name: "GS", file: undefined, keptFileName: "google: services.json" }]);
  const files = draft.files.map((row) => ({ ...row, file: { fileName: "g.json", base64: "AA==", size: 1 } }));
  expect(environmentRequestOf({ ...draft, files })).toEqual({
    variables: { A: "1" },
    secrets: { KEY: "" },
    files: { GS: { fileName: "g.json", base64: "AA==" } },
  });
});

test("names of variables are checked while they are typed", () => {
  expect(variableFault("API_URL", new Set())).toBeUndefined();
  expect(variableFault("", new Set())).toBeUndefined();
  expect(variableFault("2ND", new Set())).toContain("begins with no digit");
  expect(variableFault("A", new Set(["A"]))).toContain("more than once");
});

test("a native config is sent with only what is set, and read back", () => {
  const shown = { appName: "Beta", preferences: { A: "1" }, pluginVariables: { "cordova-plugin-x": { V: "" } } };
  expect(nativeConfigRequestOf(nativeConfigDraftOf({ name: "Beta", updatedAt: "", shown }))).toEqual(shown);
  expect(nativeConfigRequestOf(nativeConfigDraftOf(undefined))).toEqual({});
});

test("moving a target platform renumbers those whose place changes, also where numbers stood twice", () => {
  const of = (name: string, position: number) => ({ name, position }) as TargetPlatform;
  const names = (list: readonly [TargetPlatform, number][]) => list.map(([{ name }, place]) => [name, place]);
  expect(names(moved([of("a", 0), of("b", 1), of("c", 2)], 2, 1))).toEqual([
    ["c", 1],
    ["b", 2],
  ]);
  expect(names(moved([of("a", 5), of("b", 5)], 0, 1))).toEqual([
    ["b", 0],
    ["a", 1],
  ]);
});
