import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { readProvisioningProfile } from "../../../src/credentials/apple/read-provisioning-profile.ts";
import { toolTest } from "../../support/tool-test.ts";
import { appleCertificates, provisioningProfile, signed, TEAM } from "./apple-files.ts";
import { failureOfCall } from "./failure.ts";
import { folderOfFile, from, once } from "./tools.ts";

const folder = folderOfFile();
const certificates = appleCertificates(folder);
const made = once(() => {
  certificates();
  return from(folder);
});

const base64 = (bytes: Buffer | string) => ({
  fileName: "app.mobileprovision",
  base64: Buffer.from(bytes).toString("base64"),
});
const typeOf = (more: object, entitlements = {}) => {
  made();
  const file = provisioningProfile(folder, { certificates: ["dist"], more: { ...more }, entitlements });
  return readProvisioningProfile("store", file).type;
};

toolTest(["openssl"], "A provisioning profile tells its app, its team, its dates and its certificates", () => {
  made();
  const expiresMs = Date.parse("2031-02-03T04:05:06Z");
  const file = provisioningProfile(folder, { certificates: ["dev", "dist"], expiresMs, prefix: "OLDPREFIX0" });
  expect(readProvisioningProfile("store", file)).toEqual({
    name: "Example App Store",
    uuid: "00000000-0000-4000-8000-000000000001",
    teamId: TEAM,
    bundleId: "com.example.app",
    type: "app-store",
    createdMs: 0,
    expiresMs,
    certificateSha1s: ["dev.der", "dist.der"].map((name) => createHash("sha1").update(made()(name)).digest("hex")),
    certificateNames: [`Apple Development: Someone (${TEAM})`, `Apple Distribution: Example Ltd (${TEAM})`],
    devices: 0,
    entitlements: expect.objectContaining({ "application-identifier": "OLDPREFIX0.com.example.app" }),
  });
});

toolTest(["openssl"], "Its type follows from the devices that it names", () => {
  const devices = { ProvisionedDevices: ["00008030-0000000000000001", "00008030-0000000000000002"] };
  expect(typeOf({})).toBe("app-store");
  expect(typeOf({ ProvisionsAllDevices: true })).toBe("enterprise");
  expect(typeOf(devices)).toBe("ad-hoc");
  expect(typeOf(devices, { "get-task-allow": true })).toBe("development");
  expect(typeOf({ ProvisionedDevices: [] })).toBe("ad-hoc");
});

toolTest(["openssl"], "What it allows is told by its entitlements, without dates and raw bytes", () => {
  made();
  const entitlements = {
    "aps-environment": "production",
    "com.apple.security.application-groups": ["group.a", "group.b"],
    "com.example.date": new Date(0),
    "com.example.bytes": new Uint8Array(3),
  };
  const file = provisioningProfile(folder, { certificates: ["dist"], entitlements });
  const { entitlements: told = {} } = readProvisioningProfile("store", file);
  expect(told).toMatchObject({
    "aps-environment": "production",
    "com.apple.security.application-groups": ["group.a", "group.b"],
  });
  expect(Object.keys(told).filter((key) => key.startsWith("com.example"))).toEqual([]);
  expect(JSON.parse(JSON.stringify(told))).toEqual(told);
});

toolTest(["openssl"], "A wildcard stays one", () => {
  made();
  const file = provisioningProfile(folder, { certificates: ["dist"], bundleId: "*" });
  expect(readProvisioningProfile("store", file).bundleId).toBe("*");
});

toolTest(["openssl"], "One of more than 4096 bytes, which openssl signs in pieces, is put together again", () => {
  made();
  const devices = Array.from({ length: 900 }, (_, index) => `00008030-${String(index).padStart(16, "0")}`);
  const file = provisioningProfile(folder, { certificates: ["dist"], more: { ProvisionedDevices: devices } });
  expect(readProvisioningProfile("store", file)).toMatchObject({ devices: 900, type: "ad-hoc" });
});

toolTest(["openssl"], "What is no provisioning profile is refused with what it is", () => {
  made();
  const whole = provisioningProfile(folder, { certificates: ["dist"] });
  const why = (file: { fileName: string; base64: string }) => {
    const failure = failureOfCall(() => readProvisioningProfile("store", file));
    expect(failure).toMatchObject({ code: "PROVISIONING_PROFILE_UNREADABLE", blame: "user" });
    return failure.why;
  };
  expect(why(base64(""))).toBe("The file is empty.");
  expect(why(base64(made()("dist.p12")))).toContain("a PKCS12 keystore");
  expect(why(base64(made()("dist.der")))).toContain("a certificate without its private key");
  expect(why(base64(made()("profile.plist")))).toContain("a property list");
  expect(why(base64(Buffer.from(whole.base64, "base64").subarray(0, 400)))).toMatch(/says of itself|hold together/);
  writeFileSync(join(folder, "text"), "not a property list");
  expect(why(base64(signed(folder, "text")))).toBe("What it signs is not an XML property list.");
  writeFileSync(join(folder, "short"), '<?xml version="1.0"?><plist version="1.0"><dict><key>Name</key>');
  expect(why(base64(signed(folder, "short")))).toBe("Its property list is not well-formed.");
  writeFileSync(join(folder, "bare"), '<?xml version="1.0"?><plist version="1.0"><dict/></plist>');
  expect(why(base64(signed(folder, "bare")))).toBe("Its property list has no TeamIdentifier.");
});
