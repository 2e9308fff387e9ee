import { expect, test } from "vitest";
import { CONFIG_XML, type Files, MAKES_PAGE, makeRepository, webApp } from "./repositories.ts";
import { type JobRequest, runToEnd } from "./supervisor.ts";

const PACKAGE = { kind: "package", platform: "android", buildType: "debug" } as const;
const APP: Files = {
  "package.json": '{ "name": "hello", "version": "1.0.0" }',
  "config.xml": CONFIG_XML,
  "www/index.html": "<h1>Hello</h1>",
};

async function failureOf(files: Files, spec: Partial<JobRequest["spec"]> = {}, host: JobRequest["host"] = {}) {
  const repository = makeRepository(files);
  const job = await runToEnd({ spec: { gitUrl: repository.folder, commit: "main", ...spec }, host });
  const { failure } = job.end;
  if (!failure) throw new Error(`it ended as ${job.end.outcome}:\n${job.log()}`);
  for (const text of [failure.what, failure.why, failure.next, failure.code]) {
    // The log is indented where a text has several lines.
    expect(job.log()).toContain(text.split("\n")[0]);
  }
  return { ...failure, steps: job.steps() };
}

test("A committed platforms/ folder fails before any checkout, with what to do about it", async () => {
  const failure = await failureOf({ ...APP, "platforms/android/x.txt": "x" }, PACKAGE);
  expect(failure).toMatchObject({ code: "COMMITTED_PLATFORMS", step: "inspect", blame: "user" });
  expect(failure.next).toContain("git rm -r --cached platforms/");
  expect(failure.steps).toEqual(["fetch: ok", "inspect: failed"]);
  const below = await failureOf({ "app/package.json": "{}", "app/platforms/x": "x" }, { subfolder: "/app/" });
  expect(below.what).toContain("app/platforms/");
});

test("What is wrong with the files of a commit is told with the place", async () => {
  expect(await failureOf({ "README.md": "x" })).toMatchObject({ code: "PACKAGE_JSON_MISSING", step: "inspect" });
  expect(await failureOf({ "package.json": '{\n  "name": "x",\n  oops\n}' })).toMatchObject({
    code: "PACKAGE_JSON_BROKEN",
    why: expect.stringContaining("package.json:3:3:"),
  });
  const { "config.xml": _, ...withoutConfig } = APP;
  expect(await failureOf(withoutConfig, PACKAGE)).toMatchObject({ code: "CONFIG_XML_MISSING" });
  expect(
    await failureOf({ ...APP, "config.xml": "<widget id='a.b'\n>\n  <name>x</nam>\n</widget>" }, PACKAGE),
  ).toMatchObject({ code: "CONFIG_XML_BROKEN", why: expect.stringMatching(/^config\.xml:3: /) });
  expect(await failureOf(APP, { subfolder: "mobile" })).toMatchObject({ code: "SUBFOLDER_MISSING" });
});

test("What the host lacks is found before the checkout", async () => {
  const last = (failure: { steps: string[] }) => failure.steps.at(-1);
  const noSdk = await failureOf(APP, PACKAGE);
  expect(noSdk).toMatchObject({ code: "ANDROID_SDK_MISSING", blame: "host" });
  expect(last(noSdk)).toBe("preflight: failed");
  const disk = await failureOf(webApp(MAKES_PAGE), {}, { minFreeBytes: 2 ** 60 });
  expect(disk).toMatchObject({ code: "DISK_NEARLY_FULL", step: "preflight", blame: "host" });
  expect(await failureOf(APP, { ...PACKAGE, buildType: "release" })).toMatchObject({
    code: "SIGNING_MATERIAL_MISSING",
  });
  expect(await failureOf(APP, { ...PACKAGE, buildType: "nightly" })).toMatchObject({
    code: "BUILD_TYPE_UNKNOWN",
    why: expect.stringContaining("debug, release"),
  });
  expect(await failureOf(APP, { ...PACKAGE, platform: "ios", buildType: "simulator" })).toMatchObject({
    code: "XCODE_MISSING",
  });
  const nativeConfig = { name: "beta", bundleId: "not an id" };
  expect(await failureOf(APP, { ...PACKAGE, nativeConfig })).toMatchObject({ code: "BUNDLE_ID_INVALID" });
  const pnpm = await failureOf(
    { ...webApp(MAKES_PAGE), "pnpm-lock.yaml": "x" },
    {},
    { environment: { PATH: "/usr/bin:/bin" } },
  );
  expect(pnpm).toMatchObject({ code: "PACKAGE_MANAGER_MISSING", what: expect.stringContaining("pnpm") });
});

test("A failing install and a failing web build tell the lines that matter", async () => {
  const wants = JSON.stringify({ name: "x", version: "1.0.0", dependencies: { there: "file:./not-there" } });
  const lock = JSON.stringify({ name: "x", version: "1.0.0", lockfileVersion: 3, packages: { "": { name: "x" } } });
  expect(await failureOf({ "package.json": wants, "package-lock.json": lock })).toMatchObject({
    code: "LOCK_FILE_MISMATCH",
    step: "install",
    what: expect.stringContaining("package-lock.json"),
  });
  const prefers = JSON.stringify({ name: "x", scripts: { preinstall: "echo error: no such luck >&2; exit 3" } });
  expect(await failureOf({ "package.json": prefers })).toMatchObject({
    code: "INSTALL_FAILED",
    detail: expect.stringContaining("error: no such luck"),
  });
  expect(await failureOf(webApp("console.error('Error: page.ts(3,1) is odd'); process.exit(4)"))).toMatchObject({
    code: "WEB_BUILD_FAILED",
    why: expect.stringContaining("page.ts(3,1) is odd"),
    what: expect.stringContaining("exit code 4"),
  });
  expect(await failureOf(webApp("console.log('nothing made')"))).toMatchObject({ code: "WEB_FOLDER_MISSING" });
});
