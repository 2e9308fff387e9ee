import { expect, test } from "vitest";
import { failureNamed, shownNamed } from "../../../../src/page/settings/profiles/check-words.ts";
import { expiryOf } from "../../../../src/page/settings/profiles/expiry.ts";
import {
  NEW_PROFILE,
  type ProfileDraft,
  profileRequestOf,
  togetherFault,
  withFiles,
} from "../../../../src/page/settings/profiles/profile-draft.ts";

const MIB = 2 ** 20;
const file = (fileName: string, size = 100) => ({ fileName, base64: "AAAA", size });
const ANDROID: ProfileDraft = {
  ...NEW_PROFILE,
  name: "Play Store",
  keystore: file("play.jks"),
  storePassword: "secret",
  alias: " upload ",
};
const BOTH: ProfileDraft = { ...ANDROID, ios: true, p12: file("dist.p12"), provisioning: [file("a.mobileprovision")] };

test("a profile is asked about once file, password and alias are there", () => {
  expect(profileRequestOf({ ...ANDROID, storePassword: "" })).toBeUndefined();
  expect(profileRequestOf({ ...ANDROID, alias: " " })).toBeUndefined();
  expect(profileRequestOf({ ...ANDROID, keystore: undefined })).toBeUndefined();
  expect(profileRequestOf(ANDROID)).toEqual({
    type: "production",
    android: { fileName: "play.jks", keystoreBase64: "AAAA", storePassword: "secret", alias: "upload" },
  });
});

test("a p12 may have no password, and needs a provisioning profile", () => {
  const ios = { ...BOTH, android: false };
  expect(profileRequestOf(ios)).toEqual({
    type: "production",
    ios: {
      fileName: "dist.p12",
      p12Base64: "AAAA",
      password: "",
      provisioningProfiles: [{ fileName: "a.mobileprovision", base64: "AAAA" }],
    },
  });
  expect(profileRequestOf({ ...ios, provisioning: [] })).toBeUndefined();
});

test("a profile of both platforms waits until both are whole", () => {
  expect(Object.keys(profileRequestOf(BOTH) ?? {})).toEqual(["type", "android", "ios"]);
  expect(profileRequestOf({ ...BOTH, alias: "" })).toBeUndefined();
  expect(profileRequestOf({ ...BOTH, p12: undefined })).toBeUndefined();
  expect(profileRequestOf({ ...BOTH, android: false, ios: false })).toBeUndefined();
});

test("files that don't fit into a request together are refused with their size; what isn't ticked doesn't count", () => {
  const large = { ...BOTH, keystore: file("k", 2 * MIB), p12: file("p", 2 * MIB), provisioning: [file("m", 2 * MIB)] };
  expect(togetherFault(BOTH)).toBeUndefined();
  expect(togetherFault(large)).toContain("6.0 MiB");
  expect(togetherFault({ ...large, ios: false })).toBeUndefined();
});

test("a file that is chosen again takes the place of the one before", () => {
  expect(withFiles([file("a", 1), file("b", 1)], [file("a", 2)])).toEqual([file("b", 1), file("a", 2)]);
});

test("validity is near its end within 30 days, and over at its end", () => {
  const now = Date.parse("2026-06-01T00:00:00Z");
  expect(expiryOf("2026-07-02T00:00:00Z", now)).toBe("valid");
  expect(expiryOf("2026-06-30T00:00:00Z", now)).toBe("near");
  expect(expiryOf("2026-06-01T00:00:00Z", now)).toBe("over");
});

test("what a check says is told of the profile's own name", () => {
  const failure = {
    code: "X",
    blame: "user" as const,
    what: "The password of the keystore play.jks of the security profile NAME is wrong.",
    why: "It doesn't open.",
    next: "Then: millwright profiles add NAME --replace",
  };
  const told = failureNamed(failure, "Play $& Store");
  expect(told.what).toBe("The password of the keystore play.jks is wrong.");
  expect(told.next).toBe("Then: millwright profiles add Play $& Store --replace");
  expect(failureNamed(failure, " ").next).toBe(failure.next);
  const shown = { type: "production" as const, warnings: ["The key of the security profile NAME is weak."] };
  expect(shownNamed(shown, "A").warnings).toEqual(["The key is weak."]);
});
