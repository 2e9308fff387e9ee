import { expect, test } from "vitest";
import { artifactName, safeName } from "../../../src/build/artifacts/names.ts";
import { mirrorName, parseAddress } from "../../../src/build/checkout/repository-address.ts";
import { androidBuildArguments } from "../../../src/build/cordova/android-arguments.ts";
import { choosePlatformVersion } from "../../../src/build/cordova/platform-version.ts";
import { choosePackageManager } from "../../../src/build/install/package-manager.ts";
import type { AppFacts, PackageJson } from "../../../src/build/job/findings.ts";
import { majorOf } from "../../../src/build/preflight/jdk.ts";

function app(entries: string[], packageJson: Partial<PackageJson> = {}): AppFacts {
  const empty = {
    scripts: {},
    dependencies: {},
    devDependencies: {},
    packageManager: "",
    node: "",
    cordovaPlugins: {},
  };
  return {
    entries: new Set(entries),
    packageJson: { ...empty, ...packageJson },
    commands: {},
    widget: { id: "a.b", version: "1", engines: {}, preferences: {}, plugins: [] },
  };
}

test("The lock file chooses the package manager; of several the packageManager field does", () => {
  const chosen = (...of: Parameters<typeof app>) => {
    const { name, args } = choosePackageManager(app(...of));
    return [name, ...args].join(" ");
  };
  expect(chosen(["package-lock.json"])).toBe("npm ci");
  expect(chosen(["npm-shrinkwrap.json"])).toBe("npm ci");
  expect(chosen([])).toBe("npm install");
  expect(chosen(["yarn.lock"])).toBe("yarn install --frozen-lockfile");
  expect(chosen(["yarn.lock", ".yarnrc.yml"])).toBe("yarn install --immutable");
  expect(chosen(["yarn.lock"], { packageManager: "yarn@1.22.0" })).toBe("yarn install --frozen-lockfile");
  expect(chosen(["pnpm-lock.yaml"])).toBe("pnpm install --frozen-lockfile");
  expect(chosen(["package-lock.json", "pnpm-lock.yaml"])).toBe("npm ci");
  expect(chosen(["package-lock.json", "yarn.lock"], { packageManager: "yarn@4.1.0" })).toBe("yarn install --immutable");
});

test("The commit's platform version goes before the host's", () => {
  const host = { android: "14.0.1" };
  const spec = (facts: AppFacts) => choosePlatformVersion(facts, host, "android").spec;
  expect(spec(app([], { devDependencies: { "cordova-android": "^12.0.0" } }))).toBe("^12.0.0");
  const engine = app([]);
  if (engine.widget) engine.widget.engines = { android: "8.1.0" };
  expect(spec(engine)).toBe("8.1.0");
  expect(spec(app([]))).toBe("14.0.1");
  expect(choosePlatformVersion(app([]), {}, "android").spec).toBe("");
});

test("cordova build is asked for the kind of file where this cordova-android knows the question", () => {
  const words = (...of: Parameters<typeof androidBuildArguments>) => androidBuildArguments(...of).join(" ");
  expect(words({ buildType: "debug" }, "12.0.0", "8.1.0", undefined)).toBe(
    "build android --debug --no-telemetry -- --packageType=apk",
  );
  expect(words({ buildType: "release", packageType: "aab" }, "13.0.0", "14.0.1", "/dev/shm/x/release.properties")).toBe(
    "build android --release -- --packageType=bundle --gradleArg=-PcdvReleaseSigningPropertiesFile=/dev/shm/x/release.properties",
  );
  expect(words({ buildType: "debug" }, "9.0.0", "6.4.0", undefined)).toBe("build android --debug --no-telemetry");
});

test("Artifact names hold only safe characters", () => {
  const spec = { app: { id: "a", name: "Grüße / App", gitUrl: "", subfolder: "" }, buildType: "debug" };
  expect(artifactName(spec, "apk", "1.2.3")).toBe("Gru-e-App-1.2.3-debug.apk");
  expect(artifactName(spec, "www", undefined)).toBe("Gru-e-App-www.zip");
  expect(artifactName({ ...spec, buildFileName: "my app.apk" }, "apk", "1")).toBe("my-app.apk");
  expect(artifactName({ ...spec, buildFileName: "../../etc/passwd" }, "aab", "1")).toBe("etc-passwd.aab");
  expect(safeName("//")).toBe("app");
});

test("A login is taken out of an address, and doesn't change the mirror", () => {
  const plain = parseAddress("https://example.com/a.git");
  const withLogin = parseAddress("https://ann:p%40ss@example.com/a.git");
  expect(withLogin).toEqual({ url: "https://example.com/a.git", login: { username: "ann", password: "p@ss" } });
  expect(mirrorName(withLogin)).toBe(mirrorName(plain));
  expect(parseAddress("git@example.com:a/b.git")).toEqual({ url: "git@example.com:a/b.git" });
  expect(parseAddress("/srv/repo")).toEqual({ url: "/srv/repo" });
});

test("The major of a JDK is told from both ways of counting", () => {
  expect(["1.8.0_392", "11.0.2", "17.0.15", "25"].map(majorOf)).toEqual([8, 11, 17, 25]);
});
