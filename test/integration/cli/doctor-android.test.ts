import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { ANDROID_NEEDS } from "../../../src/protocol/android-needs.ts";
import { examine } from "./doctor-kit.ts";
import { runCli, temporaryFolder } from "./run-cli.ts";

interface Row {
  cordovaAndroid: number;
  ready: boolean;
  jdk: string;
  platform: string;
  buildTools: string;
}

/** An SDK, a JDK and a Gradle as far as they are looked at, and the environment that names them. */
function androidHost(jdk: string, platforms: number[], buildTools: string[], licence: boolean): Record<string, string> {
  const folder = temporaryFolder();
  const [sdk, java, bin] = [join(folder, "sdk"), join(folder, "jdk"), join(folder, "bin")];
  for (const each of [join(java, "bin"), bin, sdk]) mkdirSync(each, { recursive: true });
  writeFileSync(join(java, "release"), `JAVA_VERSION="${jdk}"\n`);
  for (const file of [join(java, "bin", "javac"), join(bin, "gradle")]) {
    writeFileSync(file, `#!/bin/sh\necho "Gradle 8.10"\n`);
    chmodSync(file, 0o755);
  }
  for (const platform of platforms) mkdirSync(join(sdk, "platforms", `android-${platform}`), { recursive: true });
  for (const version of buildTools) {
    mkdirSync(join(sdk, "build-tools", version), { recursive: true });
    writeFileSync(join(sdk, "build-tools", version, "source.properties"), `Pkg.Revision=${version}\n`);
  }
  if (licence) mkdirSync(join(sdk, "licenses"));
  if (licence)
    writeFileSync(join(sdk, "licenses", "android-sdk-license"), "24333f8a63b6825ea9c5514f83c2829b004d1fee\n");
  return { JAVA_HOME: java, ANDROID_HOME: sdk, PATH: [bin, process.env["PATH"]].join(":") };
}

/** A configuration of builds with this environment; the agent hands on nothing of its own but PATH. */
function hostFolder(environment: Record<string, string>): string {
  const folder = temporaryFolder();
  const lines = Object.entries(environment).map(([name, value]) => `  ${name}: ${JSON.stringify(value)}\n`);
  const controller = "controller:\n  address: 127.0.0.1:1\n  tokenFile: token\nhttp:\n  address: 127.0.0.1:0\n";
  writeFileSync(join(folder, "token"), "a token\n", { mode: 0o600 });
  writeFileSync(join(folder, "agent.config.yaml"), `${controller}environment:\n${lines.join("")}`);
  return folder;
}

test("Each cordova-android is told with the JDK, the SDK platform and the build-tools that it finds or lacks", async () => {
  const { check } = await examine(hostFolder(androidHost("17.0.15", [35, 34, 29], ["35.0.1", "34.0.0"], true)));
  const matrix = check("cordova-android");
  expect(matrix?.state).toBe("ok");
  const rows = matrix?.facts as unknown as Row[];
  expect(rows.map(({ cordovaAndroid }) => cordovaAndroid)).toEqual(ANDROID_NEEDS.map(({ from }) => from));
  const row = (version: number) => rows.find(({ cordovaAndroid }) => cordovaAndroid === version);
  expect(row(14)).toMatchObject({ ready: true, platform: "35", buildTools: "35.0.1" });
  expect(row(13)?.ready).toBe(true);
  expect(row(15)).toMatchObject({ ready: false, platform: "", buildTools: "" });
  expect(matrix?.found).toMatch(/^15: lacks android-36, build-tools 36\.0\.0$/m);
  expect(matrix?.found).toMatch(/^14: ready \(JDK /m);
  expect(check("sdk-licences")).toMatchObject({ state: "ok", found: expect.stringContaining("Gradle fetches") });
});

test("A host that serves no cordova-android, and an SDK without its licence, are told with the commands that mend it and why", async () => {
  const folder = hostFolder(androidHost("17.0.15", [21], [], false));
  const { check, exitCode } = await examine(folder);
  expect(check("cordova-android")).toMatchObject({
    state: "warning",
    why: expect.stringContaining("build without them fails"),
    next: expect.stringContaining(`sdkmanager "platforms;android-36" "build-tools;36.0.0"`),
  });
  expect(check("sdk-licences")).toMatchObject({ state: "warning", next: "yes | sdkmanager --licenses" });
  const { stdout } = await runCli(["doctor"], { folder });
  expect(stdout).toContain("fails in its first second.");
  expect(exitCode).toBe(5); // nobody listens at 127.0.0.1:1
});

test("What the host says of the SDK platform for all builds is what each cordova-android looks for", async () => {
  const environment = androidHost("17.0.15", [23], ["29.0.3"], true);
  const said = { ORG_GRADLE_PROJECT_cdvCompileSdkVersion: "23", ORG_GRADLE_PROJECT_cdvBuildToolsVersion: "29.0.3" };
  const { check } = await examine(hostFolder({ ...environment, ...said }));
  const rows = check("cordova-android")?.facts as unknown as Row[];
  expect(rows.find(({ cordovaAndroid }) => cordovaAndroid === 14)?.ready).toBe(true);
});

test("The same facts are told as capabilities, as the controller gets them", async () => {
  const folder = hostFolder(androidHost("17.0.15", [35], ["35.0.0"], true));
  const { stdout } = await runCli(["doctor", "--json"], { folder });
  const { capability } = JSON.parse(stdout) as {
    capability: {
      platforms: { platform: string; supported: boolean }[];
      toolchains: { kind: string; version: string }[];
    };
  };
  expect(capability.platforms).toContainEqual(expect.objectContaining({ platform: "android", supported: true }));
  expect(capability.toolchains).toContainEqual(expect.objectContaining({ kind: "jdk", version: "17.0.15" }));
});
