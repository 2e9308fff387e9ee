import { parse } from "plist";
import { expect, test } from "vitest";
import type { Clock } from "../../../src/base/time/clock.ts";
import type { InstallLink } from "../../../src/protocol/page-api.ts";
import { type TestController, temporaryFolder, testController } from "../../support/controller.ts";
import { agentWithApp, type BuiltFile, begunBuild, sendFiles } from "../../support/finished-build.ts";
import { person } from "../../support/people.ts";
import { appleFiles } from "../../support/signing-files.ts";
import { toolTest } from "../../support/tool-test.ts";

const EVIL = `<script>alert(1)</script>"'&`;
const IPA = {
  identifier: "com.example.shop",
  versionName: "1.2.3",
  versionCode: "45",
  displayName: EVIL,
  profileType: "ad-hoc",
};

interface Given {
  files: BuiltFile[];
  request?: object;
  publicUrl?: string;
  clock?: Clock;
}

/** A controller with a build of `demo` that made these files. */
async function built({ files, request, publicUrl, clock }: Given) {
  const data = temporaryFolder();
  let controller = await testController({}, data, undefined, clock ? { clock } : {});
  const agent = await agentWithApp(controller);
  const capability = agent.capability;
  const ios = { platform: "ios", supported: true, lacking: "" };
  agent.capability = { ...capability, os: "darwin", platforms: [...capability.platforms.slice(0, 2), ios] };
  await agent.open();
  if (request) {
    const profile = { type: "production", ios: appleFiles(temporaryFolder()) };
    expect((await controller.api("PUT", "/profiles/Store", profile)).status).toBe(200);
  }
  const usual = { kind: "package", platform: "android", buildType: "debug", commit: "main" };
  const build = await begunBuild(controller, agent, { ...usual, ...request });
  const artifactIds = await sendFiles(agent, build, files);
  await agent.complete(build.lease, build.jobToken, "", { artifactIds });
  if (publicUrl !== undefined) {
    // Only now: agents upload to this address too.
    await controller.close();
    controller = await testController({}, data, undefined, { publicUrl });
  }
  const offer = (index = 0) => controller.api("POST", `/builds/${build.id}/artifacts/${artifactIds[index]}/install`);
  return { controller, id: build.id, artifactIds, offer };
}

const AD_HOC = { platform: "ios", buildType: "ad-hoc", securityProfile: "Store" };
const ipa = (metadata: BuiltFile["metadata"] = IPA): BuiltFile => ({
  name: "shop.ipa",
  kind: "ipa",
  bytes: "ipa",
  metadata,
});
const apk: BuiltFile = {
  name: "shop.apk",
  kind: "apk",
  bytes: "an apk",
  metadata: { ...IPA, displayName: "Shop" },
};

/** A link begins with the controller's public address; it is asked where the controller listens. */
async function open(controller: TestController, url: string) {
  const { pathname } = new URL(url);
  const response = await fetch(`${controller.httpUrl}${pathname}`);
  return { status: response.status, headers: response.headers, text: await response.text() };
}

const unescaped = (text: string) =>
  text
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&quot;", '"')
    .replaceAll("&#39;", "'")
    .replaceAll("&amp;", "&");

toolTest(
  ["openssl"],
  "an iPhone is offered an ipa by a page without a token, and gets the manifest that leads to its bytes",
  async () => {
    const publicUrl = "https://mill.example.com";
    const { controller, offer } = await built({ files: [ipa()], request: AD_HOC, publicUrl });
    const { status, body } = await offer();
    const link = body as InstallLink;
    expect(status).toBe(201);
    expect(link.url).toMatch(/^https:\/\/mill\.example\.com\/install\/[\w.-]+$/);
    expect(Date.parse(link.expiresAt) - Date.now()).toBeGreaterThan(59 * 60_000);

    const page = await open(controller, link.url);
    expect([page.status, page.headers.get("content-type")]).toEqual([200, "text/html; charset=utf-8"]);
    expect(page.headers.get("content-security-policy")).toMatch(/^default-src 'none'; style-src 'sha256-/);
    expect(page.text).not.toContain("<script");
    expect(unescaped(page.text)).toContain(`<h1>${EVIL}</h1>`);
    for (const shown of ["1.2.3", "45", "com.example.shop", "3 B", "named in its provisioning profile"])
      expect(page.text).toContain(shown);
    expect(page.text).not.toContain("over https only");

    const [, itms = ""] = /href="(itms-services:[^"]+)"/.exec(page.text) ?? [];
    const parameters = new URLSearchParams(unescaped(itms).split("?")[1]);
    expect(parameters.get("action")).toBe("download-manifest");
    const manifest = await open(controller, parameters.get("url") ?? "");
    expect([manifest.status, manifest.headers.get("content-type")]).toEqual([200, "application/xml; charset=utf-8"]);
    const { items } = parse(manifest.text) as unknown as {
      items: { assets: { kind: string; url: string }[]; metadata: object }[];
    };
    expect(items[0]?.metadata).toEqual({
      "bundle-identifier": "com.example.shop",
      "bundle-version": "1.2.3",
      kind: "software",
      title: EVIL,
    });
    expect(items[0]?.assets[0]?.kind).toBe("software-package");
    const file = await open(controller, items[0]?.assets[0]?.url ?? "");
    expect([file.status, file.text]).toEqual([200, "ipa"]);
  },
);

toolTest(["openssl"], "over http the page says that iOS wants https; an Android phone is offered the apk", async () => {
  const ios = await built({ files: [ipa()], request: AD_HOC });
  const page = await open(ios.controller, ((await ios.offer()).body as InstallLink).url);
  expect(page.text).toContain("over https only");

  const android = await built({ files: [apk] });
  const { url } = (await android.offer()).body as InstallLink;
  const { text } = await open(android.controller, url);
  const [, download = ""] = /class="button" href="([^"]+)"/.exec(text) ?? [];
  expect((await open(android.controller, unescaped(download))).text).toBe("an apk");
  expect((await open(android.controller, `${url}/manifest.plist`)).status).toBe(404);
});

toolTest(
  ["openssl"],
  "what phones can't install is refused with the reason, and nothing is told of other accounts' files",
  async () => {
    const files: BuiltFile[] = [
      { name: "shop.aab", kind: "aab", bytes: "aab" },
      { name: "log.gz", kind: "log", bytes: "log" },
      ipa({ ...IPA, profileType: "app-store" }),
      { ...ipa({}), name: "other.ipa" },
    ];
    const { controller, offer, id, artifactIds } = await built({ files, request: AD_HOC });
    const reasons: string[] = [];
    for (const index of files.keys()) {
      const { status, body } = await offer(index);
      const { code, why } = (body as { error: { code: string; why: string } }).error;
      expect([status, code]).toEqual([409, "ARTIFACT_NOT_INSTALLABLE"]);
      reasons.push(why);
    }
    expect(reasons).toEqual([
      expect.stringContaining("Google Play"),
      expect.stringContaining("apk and ipa"),
      expect.stringContaining("App Store"),
      expect.stringContaining("bundle id"),
    ]);
    const stranger = await person(controller, "bert@example.com", { bank: "admin" });
    const path = `/builds/${id}/artifacts/${artifactIds[2]}/install`;
    expect((await stranger.api("POST", path)).status).toBe(404);
    expect((await controller.api("POST", `/builds/${id}/artifacts/f000/install`)).status).toBe(404);
  },
);

test("an address that is too old, changed or for something else brings a page that says so", async () => {
  const clock = { aheadMs: 0, now: () => Date.now() + clock.aheadMs, monotonic: () => performance.now() };
  const { controller, offer } = await built({ files: [apk], clock });
  const { url } = (await offer()).body as InstallLink;
  const page = (await open(controller, url)).text;
  const [, download = ""] = /class="button" href="([^"]+)"/.exec(page) ?? [];
  const ofDownload = download.replace("/downloads/", "/install/");
  for (const other of [
    `${url}x`,
    ofDownload,
    `${url}x/manifest.plist`,
    `${controller.httpUrl}/install/x`,
    `${controller.httpUrl}/install/`,
  ]) {
    const { status, text } = await open(controller, other);
    expect([other, status, text.includes("There is nothing to install here")]).toEqual([other, 404, true]);
  }
  clock.aheadMs = 3_590_000;
  expect((await open(controller, url)).status).toBe(200);
  clock.aheadMs = 3_610_000;
  for (const late of [url, `${url}/manifest.plist`]) {
    const { status, text } = await open(controller, late);
    expect([status, text.includes("This offer has ended")]).toEqual([410, true]);
  }
  expect((await open(controller, unescaped(download))).status).toBe(410);
});
