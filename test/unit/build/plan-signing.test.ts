import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { planSigning } from "../../../src/build/signing/ios/plan-signing.ts";
import type { AppleSigning, SecretFile } from "../../../src/protocol/material.ts";
import { makeP12 } from "../../fakes/apple/certificates/p12.ts";
import { toolTest } from "../../support/tool-test.ts";
import { appleCertificates, PASSWORD, type ProfileWish, provisioningProfile } from "../credentials/apple-files.ts";
import { failureOfCall } from "../credentials/failure.ts";
import { pkcs12 } from "../credentials/keystores.ts";
import { folderOfFile, from, once } from "../credentials/tools.ts";

const folder = folderOfFile();
const certificates = appleCertificates(folder);
const made = once(() => {
  certificates();
  return from(folder);
});

const BUILD = { profile: "store", buildType: "app-store", appId: "com.example.app" };
const APP = "00000000-0000-4000-8000-00000000000a";
const WIDGET = "00000000-0000-4000-8000-00000000000b";

function profile(UUID: string, wish: Partial<ProfileWish> = {}): SecretFile {
  made();
  return provisioningProfile(folder, { certificates: ["dist"], ...wish, more: { UUID, ...wish.more } });
}

function plan(provisioningProfiles: SecretFile[], build = BUILD, file = "dist.p12") {
  const p12Base64 = made()(file).toString("base64");
  const signing: AppleSigning = { fileName: file, p12Base64, password: PASSWORD, provisioningProfiles };
  return planSigning(build, signing, Date.now());
}

toolTest(["openssl"], "The app's own provisioning profile goes first, in whatever order they were given", () => {
  const widget = profile(WIDGET, { bundleId: "com.example.app.widget" });
  const planned = plan([widget, profile(APP)]);
  expect(planned.own.uuid).toBe(APP);
  expect(planned.profiles.map(({ facts }) => facts.uuid)).toEqual([APP, WIDGET]);
  const wild = plan([widget, profile(APP, { bundleId: "com.example.*" })]);
  expect(wild.own.uuid).toBe(APP);
});

toolTest(["openssl"], "The certificate is looked for among all that a profile allows", () => {
  const planned = plan([profile(APP, { certificates: ["dev", "rsa", "dist"] })]);
  expect(planned.identity.commonName).toMatch(/^Apple Distribution/);
  expect(planned.identities).toHaveLength(1);
});

toolTest(
  ["openssl"],
  "Where extensions take another certificate than the app's newest, all are signed by one that all take",
  () => {
    made();
    const identities = ["dist", "rsa"].map((name) => ({
      certificate: join(folder, `${name}.pem`),
      key: join(folder, `${name}.key`),
    }));
    writeFileSync(join(folder, "both.p12"), makeP12({ identities, password: PASSWORD }));
    const app = profile(APP, { certificates: ["dist", "rsa"] });
    for (const [name, commonName] of [
      ["dist", /^Apple/],
      ["rsa", /^iPhone/],
    ] as const) {
      const widget = profile(WIDGET, { certificates: [name], bundleId: "com.example.app.widget" });
      const planned = plan([widget, app], BUILD, "both.p12");
      expect(planned.identity.commonName).toMatch(commonName);
      expect(planned.identities).toHaveLength(2);
    }
  },
);

toolTest(
  ["openssl"],
  "What doesn't fit ends it: another app, another type, another certificate, a UUID that is a path",
  () => {
    const codeOf = (call: () => unknown) => failureOfCall(call).code;
    const other = [profile(APP, { bundleId: "com.example.other" })];
    expect(codeOf(() => plan(other))).toBe("PROVISIONING_BUNDLE_ID_MISMATCH");
    expect(codeOf(() => plan([profile(APP)], { ...BUILD, buildType: "enterprise" }))).toBe(
      "PROVISIONING_TYPE_MISMATCH",
    );
    pkcs12(folder, "rsa", "rsa-only.p12", PASSWORD);
    expect(codeOf(() => plan([profile(APP)], BUILD, "rsa-only.p12"))).toBe("PROVISIONING_CERTIFICATE_MISMATCH");
    expect(codeOf(() => plan([profile("../../../etc/x")]))).toBe("PROVISIONING_PROFILE_UNREADABLE");
  },
);
