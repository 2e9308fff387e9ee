import { expect } from "vitest";
import { inspectProfile, type ProfileReport } from "../../../src/credentials/inspect-profile.ts";
import type { AppleSigning } from "../../../src/protocol/material.ts";
import { toolTest } from "../../support/tool-test.ts";
import { appleCertificates, DAY_MS, PASSWORD, type ProfileWish, provisioningProfile, TEAM } from "./apple-files.ts";
import { failureOfCall } from "./failure.ts";
import { certificate, pkcs12 } from "./keystores.ts";
import { folderOfFile, from, once } from "./tools.ts";

const folder = folderOfFile();
const certificates = appleCertificates(folder);
const bytesOf = from(folder);
const made = once(() => {
  certificates();
  certificate(folder, "release", "/CN=Release", "-days", "60");
  pkcs12(folder, "release", "release.p12", "store", "-name", "release");
});

const now = Date.now();

function ios(p12: string, ...wishes: ProfileWish[]): AppleSigning {
  made();
  const provisioningProfiles = wishes.map((wish) => provisioningProfile(folder, wish));
  return { fileName: p12, p12Base64: bytesOf(p12).toString("base64"), password: PASSWORD, provisioningProfiles };
}

const inspectIos = (signing: AppleSigning, nowMs = now): ProfileReport =>
  inspectProfile("store", { ios: signing }, nowMs);
const failure = (signing: AppleSigning, nowMs = now) => failureOfCall(() => inspectIos(signing, nowMs));

toolTest(["openssl"], "A whole profile is reported for both platforms, without a secret", () => {
  const signing = ios("dist.p12", { certificates: ["dev", "dist"] }, { certificates: ["dist"], name: "Widget" });
  const keystoreBase64 = bytesOf("release.p12").toString("base64");
  const android = {
    fileName: "release.p12",
    keystoreBase64,
    storePassword: "store",
    alias: "RELEASE",
    keyPassword: "store",
  };
  const report = inspectProfile("store", { android, ios: signing }, now);
  expect(report.android).toMatchObject({ alias: "release", format: "pkcs12" });
  expect(report.ios?.identities).toMatchObject([{ teamId: TEAM, kind: "distribution" }]);
  expect(report.ios?.provisioningProfiles.map(({ name }) => name)).toEqual(["Example App Store", "Widget"]);
  expect(report.warnings).toEqual([]);
  expect(JSON.stringify(report)).not.toContain(PASSWORD);
  expect(inspectProfile("store", {}, now)).toEqual({ warnings: [] });
});

toolTest(["openssl"], "What ends within 30 days is a warning, what has ended an error", () => {
  const signing = ios("dist.p12", { certificates: ["dist"], expiresMs: now + 500 * DAY_MS });
  const end = inspectIos(signing).ios?.identities[0]?.notAfterMs ?? 0;
  expect(inspectIos(signing, end - 30 * DAY_MS).warnings).toEqual([]);
  const [warning] = inspectIos(signing, end - 12.5 * DAY_MS).warnings;
  expect(warning).toContain(`expires in 12 days, on ${new Date(end).toISOString().slice(0, 10)}.`);
  expect(failure(signing, end + 1000)).toMatchObject({ code: "CERTIFICATE_EXPIRED", blame: "user" });
  expect(failure(signing, now - DAY_MS)).toMatchObject({ code: "CERTIFICATE_NOT_YET_VALID", blame: "user" });
});

toolTest(["openssl"], "An android certificate is judged by the same clock", () => {
  made();
  const keystoreBase64 = bytesOf("release.p12").toString("base64");
  const android = {
    fileName: "release.p12",
    keystoreBase64,
    storePassword: "store",
    alias: "release",
    keyPassword: "store",
  };
  expect(inspectProfile("play", { android }, now + 50 * DAY_MS).warnings).toMatchObject([
    /CN=Release.* play expires in/,
  ]);
  const expired = failureOfCall(() => inspectProfile("play", { android }, now + 61 * DAY_MS));
  expect(expired).toMatchObject({ code: "CERTIFICATE_EXPIRED" });
});

toolTest(["openssl"], "A provisioning profile that ends soon or has ended is found", () => {
  const soon = ios("dist.p12", { certificates: ["dist"], expiresMs: now + 3 * DAY_MS + 60_000 });
  expect(inspectIos(soon).warnings).toHaveLength(1);
  expect(inspectIos(soon).warnings[0]).toMatch(/^The provisioning profile Example App Store .* expires in 3 days, on /);
  const ended = failure(soon, now + 4 * DAY_MS);
  expect(ended).toMatchObject({ code: "PROVISIONING_PROFILE_EXPIRED", blame: "user" });
});

toolTest(["openssl"], "Each provisioning profile must allow a certificate of the p12", () => {
  const wrong = failure(ios("dist.p12", { certificates: ["dev", "dist"] }, { certificates: ["dev"], name: "Widget" }));
  expect(wrong).toMatchObject({ code: "PROVISIONING_CERTIFICATE_MISMATCH", blame: "user" });
  expect(wrong.what).toContain("The provisioning profile Widget");
  expect(wrong.detail).toMatch(
    /^The p12 holds: Apple Distribution: Example Ltd .*\n.* allows: Apple Development: Someone /,
  );
});

toolTest(["openssl"], "All must belong to one team", () => {
  const other = failure(ios("other.p12", { certificates: ["dist"] }));
  expect(other).toMatchObject({ code: "PROVISIONING_TEAM_MISMATCH", blame: "user" });
  expect(other.why).toContain("The certificate in the p12 belongs to the team ZZZZZ99999.");
  const two = ios(
    "dist.p12",
    { certificates: ["dist"] },
    { certificates: ["dist"], team: "ZZZZZ99999", name: "Widget" },
  );
  expect(failure(two).why).toContain(`The provisioning profile Example App Store belongs to the team ${TEAM}.`);
});

toolTest(["openssl"], "A p12 alone can't sign an iOS app", () => {
  expect(failure(ios("dist.p12"))).toMatchObject({ code: "PROVISIONING_PROFILE_MISSING", blame: "user" });
});
