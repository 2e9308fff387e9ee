import { writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { codesignFinds } from "../../keychain/codesign-search.ts";
import { codesignMayUse } from "../../keychain/key-access.ts";
import { keychainPath } from "../../keychain/paths.ts";
import type { Machine } from "../../machine/machine.ts";
import { out } from "../../machine/tool.ts";
import { writeSignature } from "../../signing/code-signature.ts";
import type { SigningPlan } from "../signing/plan.ts";
import { BuildFailure } from "./failure.ts";

/** Puts the profile in and signs, with what codesign finds at this moment. `flags` are OTHER_CODE_SIGN_FLAGS. */
export function signProduct(machine: Machine, bundle: string, plan: SigningPlan, where: string, flags = ""): void {
  const { profile, entitlements } = plan;
  const { sha1 } = plan.identity;
  writeFileSync(join(bundle, "embedded.mobileprovision"), profile.bytes);
  const failed = (text: string) => {
    const last = "Command CodeSign failed with a nonzero exit code";
    return new BuildFailure([text, last], [`CodeSign ${bundle} ${where}`]);
  };
  const keychain = /--keychain\s+(?:"([^"]+)"|(\S+))/.exec(flags);
  const named = keychain?.[1] ?? keychain?.[2];
  const [identity] = codesignFinds(machine, sha1, named === undefined ? undefined : keychainPath(machine, named));
  if (!identity) throw failed(`${sha1}: no identity found`);
  if (!codesignMayUse(machine, identity)) throw failed(`${bundle}: errSecInternalComponent`);
  writeSignature(machine, bundle, identity, entitlements);
}

/** What the log of a build says before a product is signed. */
export function tellSigning(bundle: string, { identity, profile }: SigningPlan, where: string, flags: string): void {
  out(`CodeSign ${bundle} ${where}\n    Signing Identity:     "${identity.commonName}"`);
  out(`    Provisioning Profile: "${profile.name}"\n                          (${profile.uuid})`);
  out(
    `    /usr/bin/codesign --force --sign ${identity.sha1} ${flags} --entitlements ${basename(bundle)}.xcent ${bundle}\n`,
  );
}
