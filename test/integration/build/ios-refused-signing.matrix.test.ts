import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "vitest";
import { provisioningFiles } from "../../../src/protocol/apple-host/places.ts";
import { makeIdentity } from "../../fakes/apple/certificates/identity.ts";
import { makeP12 } from "../../fakes/apple/certificates/p12.ts";
import type { FakeMac } from "../../fakes/apple/install.ts";
import { makeProfile, type ProfileWish } from "../../fakes/apple/profiles/make-profile.ts";
import { writeProgram } from "../../support/xcode-folders.ts";
import { sharedRoot } from "./ios-kit.ts";
import { buildFlag, expectRefused, type Refusal } from "./ios-refusal-kit.ts";

const root = sharedRoot();

const PROVISIONING = "Library/Developer/Xcode/UserData/Provisioning Profiles";

/** What somebody else has put where Xcode looks, under the UUID of the build's own profile. */
function installInstead(mac: FakeMac, uuid: string, wish: Omit<ProfileWish, "uuid">): void {
  const other = makeProfile(mac.root, { ...wish, uuid });
  for (const file of provisioningFiles(mac.home, uuid)) {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, other.bytes);
  }
}

const CASES: Refusal[] = [
  { code: "SIGNING_CERTIFICATE_NOT_FOUND", unknownIssuer: true, told: /No signing certificate/ },
  {
    code: "SIGNING_PROFILE_EXPIRED",
    told: /expired on/,
    meanwhile: (mac) => mac.change({ clockOffsetSeconds: 366 * 86_400 }),
  },
  {
    code: "SIGNING_PROFILE_NOT_FOUND",
    told: /No profile for team 'ABCDE12345' matching/,
    hook: `for (const folder of ["${PROVISIONING}", "Library/MobileDevice/Provisioning Profiles"]) fs.rmSync(path.join(process.env.HOME, folder), { recursive: true, force: true });`,
  },
  {
    code: "SIGNING_PROFILE_OTHER_CERTIFICATE",
    told: /doesn't include signing certificate/,
    before: (mac, { profile }) => {
      const certificates = [makeIdentity(mac.root, { owner: "Somebody else" }).facts];
      installInstead(mac, profile.uuid, { certificates });
    },
  },
  {
    code: "SIGNING_PROFILE_OTHER_TYPE",
    told: /is not an "iOS Ad Hoc" profile/,
    before: (mac, { profile, identity }) =>
      installInstead(mac, profile.uuid, { type: "app-store", certificates: [identity.facts] }),
  },
  {
    code: "SIGNING_PROFILE_OTHER_APP",
    told: /com\.example\.elsewhere/,
    files: buildFlag("PRODUCT_BUNDLE_IDENTIFIER=com.example.elsewhere"),
  },
  {
    code: "SIGNING_KEY_UNUSABLE",
    told: /errSecInternalComponent/,
    blame: "host",
    hook: `security("lock-keychain", security("list-keychains", "-d", "user").match(/"([^"]*millwright-l[^"\\/]*)"/)[1]);`,
  },
  {
    code: "SIGNING_TEAM_MISSING",
    told: /requires a development team/,
    files: buildFlag("DEVELOPMENT_TEAM="),
  },
  {
    code: "SIGNING_PROFILE_REQUIRED",
    told: /requires a provisioning profile/,
    files: buildFlag("PROVISIONING_PROFILE_SPECIFIER="),
  },
  {
    code: "SIGNING_SETTINGS_CONFLICT",
    told: /automatically signed for development, but a conflicting code signing identity/,
    files: buildFlag("CODE_SIGN_STYLE=Automatic"),
  },
  {
    code: "SIGNING_ACCOUNT_MISSING",
    told: /No Accounts: Add a new account/,
    files: buildFlag(
      "CODE_SIGN_STYLE=Automatic",
      "CODE_SIGN_IDENTITY=Apple Development",
      "PROVISIONING_PROFILE_SPECIFIER=",
      "-allowProvisioningUpdates",
    ),
  },
  {
    code: "SIGNING_CHAIN_BROKEN",
    told: /unable to build chain to self-signed root/,
    blame: "host",
    unknownIssuer: true,
    hook: `sign("www/index.html");`,
  },
  {
    code: "SIGNING_IDENTITY_AMBIGUOUS",
    told: /ambiguous \(matches "Apple Distribution/,
    blame: "host",
    before: (mac, { ios, identity }) => {
      // The same certificate is in the login keychain too.
      const file = join(mac.root, "own.p12");
      writeFileSync(file, makeP12({ identities: [identity], password: ios.password }));
      execFileSync(join(mac.bin, "security"), ["import", file, "-k", "login.keychain", "-P", ios.password, "-A"]);
    },
    hook: `sign("www/index.html");`,
  },
  {
    code: "KEYCHAIN_ASKS",
    told: /User interaction is not allowed/,
    blame: "host",
    hook: `security("lock-keychain", "login.keychain"); security("set-keychain-settings", "login.keychain");`,
  },
  {
    code: "KEYCHAIN_FAILED",
    told: /MAC verification failed during PKCS12 import/,
    blame: "host",
    before: (mac) => {
      const said = "security: SecKeychainItemImport: MAC verification failed during PKCS12 import (wrong password?)";
      const script = `#!/bin/sh\n[ "$1" = import ] && echo "${said}" >&2 && exit 1\nexec "${mac.bin}/security" "$@"\n`;
      writeProgram(join(mac.root, "first"), "security", script);
    },
  },
];

test.each(CASES)("$code: the failure tells what macOS and Xcode say, and nothing stays", (wish) =>
  expectRefused(root, wish),
);
