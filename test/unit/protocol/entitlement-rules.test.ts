import { expect, test } from "vitest";
import {
  type EntitlementGrant,
  type Entitlements,
  type EntitlementValue,
  entitlementFailure,
  entitlementWarnings,
  isEntitlementValue,
} from "../../../src/protocol/entitlement-rules.ts";

const DOMAINS = "com.apple.developer.associated-domains";
const GROUPS = "com.apple.security.application-groups";
const KEYCHAIN = "keychain-access-groups";
const STORE = "com.apple.developer.ubiquity-kvstore-identifier";

function grant(entitlements: Entitlements): EntitlementGrant {
  const base = { "application-identifier": "OLDPREFIX1.com.example.app", "get-task-allow": false };
  const entitled = { ...base, ...entitlements };
  return { profile: "Store", name: "Shop", teamId: "TEAM123456", bundleId: "com.example.app", entitlements: entitled };
}

const want = (key: string, value: EntitlementValue, source = "config.xml") => ({ key, value, source });

test.each<[string, EntitlementValue, EntitlementValue, boolean]>([
  // What an app asks for, what the profile allows.
  ["com.apple.developer.healthkit", true, true, true],
  ["com.apple.developer.healthkit", true, false, false],
  ["com.apple.developer.healthkit", false, false, true],
  [DOMAINS, ["applinks:shop.example", "webcredentials:shop.example"], "*", true],
  [DOMAINS, ["applinks:shop.example"], ["*"], true],
  [DOMAINS, ["applinks:shop.example"], ["applinks:other.example"], false],
  [GROUPS, ["group.a"], ["group.a", "group.b"], true],
  [GROUPS, ["group.a", "group.c"], ["group.a", "group.b"], false],
  [GROUPS, ["group.a"], [], false],
  [KEYCHAIN, ["$(AppIdentifierPrefix)com.example.app"], ["OLDPREFIX1.*"], true],
  [KEYCHAIN, ["$(TeamIdentifierPrefix)com.example.app"], ["OLDPREFIX1.*"], false],
  [KEYCHAIN, ["OTHER12345.shared"], ["OLDPREFIX1.*"], false],
  [STORE, "$" + "{TeamIdentifierPrefix}$(CFBundleIdentifier)", "TEAM123456.*", true],
  [STORE, "TEAM123456.com.example.app", "TEAM123456.com.example.app", true],
  [STORE, "TEAM123456.com.example.other", "TEAM123456.com.example.app", false],
  [STORE, "$(TeamIdentifierPrefix)$(PRODUCT_BUNDLE_IDENTIFIER)", "TEAM123456.com.example.app", true],
  ["com.apple.developer.icloud-container-environment", "Production", ["Development", "Production"], true],
  ["com.apple.developer.icloud-services", ["CloudKit"], "*", true],
  ["application-identifier", "$(AppIdentifierPrefix)$(CFBundleIdentifier)", "OLDPREFIX1.com.example.*", true],
  ["application-identifier", "$(AppIdentifierPrefix)com.example.other", "OLDPREFIX1.com.example.app", false],
  ["get-task-allow", true, false, false],
  ["get-task-allow", true, true, true],
  ["get-task-allow", false, true, true],
  ["aps-environment", "development", "production", true],
  // Only the build knows these.
  [GROUPS, ["group.$(MY_SETTING)"], ["group.a"], true],
  [GROUPS, ["group.$APP_GROUP"], ["group.a"], true],
  // Values of other kinds can't be compared.
  ["com.example.odd", "text", true, true],
  ["com.example.odd", { a: "b" }, { c: "d" }, true],
  ["com.example.number", 2, 1, false],
])("%s %j, allowed %j: %s", (key, wanted, allowed, fits) => {
  expect(entitlementFailure(grant({ [key]: allowed }), [want(key, wanted)]) === undefined).toBe(fits);
});

test("One that the profile doesn't have at all is refused, unless it asks for nothing", () => {
  for (const value of [true, "production", ["a"], { a: true }, 1]) {
    expect(entitlementFailure(grant({}), [want("com.example.new", value)])?.code).toBe("ENTITLEMENT_NOT_IN_PROFILE");
  }
  expect(entitlementFailure(grant({}), [want(GROUPS, ["group.a"])])?.code).toBe("ENTITLEMENT_NOT_IN_PROFILE");
  // Of an app that is for the Mac too.
  expect(entitlementFailure(grant({}), [want("com.apple.security.network.client", true)])).toBeUndefined();
  for (const value of [false, "", [], {}]) {
    expect(entitlementFailure(grant({}), [want("com.example.new", value)])).toBeUndefined();
  }
});

test("The failure names what is wanted, by whom, what is allowed, and the capability to switch on", () => {
  const wanted = [
    want("aps-environment", "production"),
    want(GROUPS, ["group.a"], "plugins-local/share/plugin.xml"),
    want(DOMAINS, ["applinks:shop.example"]),
  ];
  const failure = entitlementFailure(grant({ [GROUPS]: ["group.b"], [DOMAINS]: "*" }), wanted);
  expect(failure).toMatchObject({
    code: "ENTITLEMENT_NOT_IN_PROFILE",
    blame: "user",
    what: `The provisioning profile Shop of the security profile Store doesn't allow what the app asks for: aps-environment, ${GROUPS}.`,
    why: "config.xml asks for aps-environment production; the provisioning profile allows: nothing of it.",
    detail: [
      "config.xml asks for aps-environment production; allowed: nothing of it",
      `plugins-local/share/plugin.xml asks for ${GROUPS} group.a; allowed: group.b`,
    ].join("\n"),
  });
  expect(failure?.next).toContain("give Push Notifications with that value to com.example.app");
  expect(failure?.next).toContain("millwright profiles add Store --replace");
  expect(JSON.stringify(failure)).not.toMatch(/[{}]\w+[}]/);
});

test("With the other environment for push notifications a person is told, and the build goes on", () => {
  const production = grant({ "aps-environment": "production" });
  expect(entitlementWarnings(production, [want("aps-environment", "development")])).toEqual([
    "config.xml asks for aps-environment development, and the provisioning profile Shop gives production: push notifications will come from there.",
  ]);
  expect(entitlementWarnings(production, [want("aps-environment", "production")])).toEqual([]);
  expect(entitlementWarnings(production, [want("aps-environment", "$(APS_ENVIRONMENT)")])).toEqual([]);
  expect(entitlementWarnings(grant({}), [want("aps-environment", "production")])).toEqual([]);
});

test("Dates and raw bytes are no values of entitlements", () => {
  expect(isEntitlementValue({ a: ["b", true, 1, { c: "d" }] })).toBe(true);
  for (const value of [new Date(), new Uint8Array(2), [new Date()], { a: new Uint8Array(1) }, null, undefined]) {
    expect(isEntitlementValue(value)).toBe(false);
  }
});
