import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { FakeMac } from "../../fakes/apple/install.ts";
import { fakeMac, IOS_APP, iosJob, sharedRoot } from "./ios-kit.ts";
import { type Files, makeRepository } from "./repositories.ts";
import { runToEnd } from "./supervisor.ts";

const root = sharedRoot();

/** An app with a plugin in its repository that brings a pod. */
const APP: Files = {
  ...IOS_APP,
  "package.json": JSON.stringify({
    name: "hello",
    version: "1.2.3",
    devDependencies: { "cordova-plugin-maps-here": "file:maps" },
    cordova: { plugins: { "cordova-plugin-maps-here": {} } },
  }),
  "maps/package.json": JSON.stringify({
    name: "cordova-plugin-maps-here",
    version: "1.0.0",
    cordova: { id: "cordova-plugin-maps-here", platforms: ["ios"] },
  }),
  "maps/plugin.xml": `<plugin xmlns="http://apache.org/cordova/ns/plugins/1.0" id="cordova-plugin-maps-here" version="1.0.0">
<platform name="ios"><podspec><config><source url="https://cdn.cocoapods.org/"/></config><pods><pod name="ExamplePod" spec="~> 1.0"/></pods></podspec></platform></plugin>`,
};

/** cordova-ios installs pods on a Mac only; npm and what it starts stay on what they are. */
function onMac(mac: FakeMac): string {
  const file = join(mac.root, "on-mac.cjs");
  const script = `if (/cordova$/.test(process.argv[1] ?? "")) Object.defineProperty(process, "platform", { value: "darwin" });\n`;
  writeFileSync(file, script);
  return `--require ${file}`;
}

async function built(mac: FakeMac, variables: Record<string, string> = {}) {
  const environment = { name: "on a Mac", variables: { NODE_OPTIONS: onMac(mac), ...variables } };
  const gitUrl = makeRepository(APP).folder;
  return runToEnd(iosJob(mac, { root, gitUrl }, { buildType: "simulator", environment }));
}

test("Pods are installed with the locale that they need, whatever the environment of the build says", async () => {
  const mac = fakeMac();
  const job = await built(mac, { LANG: "C", LC_ALL: "POSIX" });
  expect(job.end, job.log()).toMatchObject({ outcome: "success" });
  const pods = mac.calls().filter(({ tool }) => tool === "pod");
  expect(pods.some(({ argv, rc }) => argv[0] === "install" && rc === 0)).toBe(true);
  for (const { env } of pods) expect(env).toMatchObject({ LC_ALL: expect.stringMatching(/\.UTF-8$/) });
});

test.each([
  ["POD_NOT_FOUND", "no-spec", /ExamplePod/],
  ["POD_VERSIONS_CONFLICT", "versions", /ExamplePod/],
  ["POD_TARGET_TOO_LOW", "deployment-target", /ExamplePod/],
  ["POD_REGISTRY_TROUBLE", "network", /CDN: trunk URL couldn't be downloaded/],
])("%s is what a build ends with when pod install says so", async (code, failure, told) => {
  const mac = fakeMac({ settings: { pod: { version: "1.16.2", failure } } });
  const job = await built(mac);
  expect(job.end.failure, job.log()).toMatchObject({ code, step: "platform" });
  expect(`${job.end.failure?.what} ${job.end.failure?.why}`).toMatch(told);
  expect(mac.calls().filter(({ argv }) => argv.includes("build"))).toEqual([]);
});
