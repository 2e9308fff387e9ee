import { expect, test } from "vitest";
import {
  bundleIdFailure,
  coversBundleId,
  ownProvisioningProfile,
  type ProvisioningRules,
  typeFailure,
} from "../../../src/protocol/provisioning-rules.ts";

const profile = (bundleId: string, type = "app-store", devices = 0): ProvisioningRules => ({
  name: `for ${bundleId}`,
  bundleId,
  type,
  devices,
});

test.each([
  ["com.example.app", "com.example.app", true],
  ["com.example.app", "com.example.app.share", false],
  ["com.example.*", "com.example.app", true],
  ["com.example.*", "com.examples.app", false],
  ["com.example.*", "com.example", false],
  ["*", "com.example.app", true],
  ["com.Example.app", "com.example.app", false],
])("%s covers %s: %s", (pattern, id, covers) => {
  expect(coversBundleId(pattern, id)).toBe(covers);
});

test("The app's own provisioning profile is the most precise one, in whatever order they are", () => {
  const all = [profile("*"), profile("com.example.app.share"), profile("com.example.*"), profile("com.example.app")];
  for (const list of [all, all.toReversed()]) {
    expect(ownProvisioningProfile(list, "com.example.app")?.bundleId).toBe("com.example.app");
    expect(ownProvisioningProfile(list, "com.example.other")?.bundleId).toBe("com.example.*");
    expect(ownProvisioningProfile(list, "org.example")?.bundleId).toBe("*");
  }
  expect(ownProvisioningProfile([profile("com.example.app")], "com.example.other")).toBeUndefined();
  expect(bundleIdFailure("Store", all, { bundleId: "org.example", source: "config.xml" })).toBeUndefined();
});

test("All provisioning profiles must be for the type of the build, and name devices where the type needs them", () => {
  const mixed = [profile("a.b"), profile("a.b.share", "ad-hoc", 2)];
  expect(typeFailure("Store", mixed, "app-store")).toMatchObject({
    code: "PROVISIONING_TYPE_MISMATCH",
    what: expect.stringContaining("for a.b.share"),
  });
  expect(typeFailure("Store", [profile("a.b", "ad-hoc")], "ad-hoc")?.code).toBe("PROVISIONING_DEVICES_MISSING");
  expect(typeFailure("Store", [profile("a.b", "development", 1)], "development")).toBeUndefined();
  expect(typeFailure("Store", [profile("a.b"), profile("*")], "app-store")).toBeUndefined();
  expect(typeFailure("Store", [profile("a.b", "enterprise")], "enterprise")).toBeUndefined();
});
