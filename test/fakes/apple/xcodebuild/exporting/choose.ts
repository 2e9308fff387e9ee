import type { Identity } from "../../keychain/identities.ts";
import { type Machine, nowMs } from "../../machine/machine.ts";
import { covers, installedProfiles, type Profile } from "../../profiles/installed-profiles.ts";
import { issueManagedProfile } from "../../profiles/issue-managed-profile.ts";
import type { ProfileType } from "../../profiles/make-profile.ts";
import { choosableIdentities, genericUse, titleOf, USE_TITLE, useOf } from "../../signing/identity-choice.ts";
import type { SelectedXcode } from "../../xcode/selected-xcode.ts";
import type { CommandLine } from "../command-line.ts";
import { mayAskApple } from "../signing/apple-account.ts";
import { type Chosen, checkBundleId, checkDate } from "../signing/manual.ts";
import { SigningTrouble } from "../signing/trouble.ts";
import { ExportFailure } from "./failure.ts";
import type { ExportOptions } from "./options.ts";

export interface ExportRequest {
  machine: Machine;
  xcode: SelectedXcode;
  line: CommandLine;
  options: ExportOptions;
  team: string;
}

const TYPE_TITLE: Record<ProfileType, string> = {
  "app-store": "iOS App Store",
  "ad-hoc": "iOS Ad Hoc",
  enterprise: "iOS Enterprise",
  development: "iOS App Development",
};

/** The profile and the identity for one bundle, by the export options. Throws `ExportFailure`. */
export function chooseForExport(request: ExportRequest, name: string, bundleId: string, style: string): Chosen {
  try {
    return style === "manual" ? manually(request, name, bundleId) : automatically(request, name, bundleId);
  } catch (thrown) {
    if (thrown instanceof SigningTrouble)
      throw new ExportFailure("IDEProfileQualificationErrorDomain", 2, thrown.texts[0] ?? "");
    throw thrown;
  }
}

function manually({ machine, xcode, options, team }: ExportRequest, name: string, bundleId: string): Chosen {
  const specifier = options.profiles[bundleId];
  if (specifier === undefined) {
    throw new ExportFailure("IDEProvisioningErrorDomain", 9, `"${name}" requires a provisioning profile.`);
  }
  const all = installedProfiles(machine, xcode.version).filter((each) => each.team === team);
  const profile = all.find((each) => each.name === specifier || each.uuid === specifier);
  if (!profile) {
    const text = `No profile for team '${team}' matching '${specifier}' found`;
    throw new ExportFailure("IDEProfileLocatorErrorDomain", 4, text);
  }
  if (profile.type !== options.type) {
    const text = `Provisioning profile "${profile.name}" is not an "${TYPE_TITLE[options.type]}" profile.`;
    throw new ExportFailure("IDEProfileQualificationErrorDomain", 3, text);
  }
  checkDate(machine, profile);
  checkBundleId(profile, bundleId);
  return { profile, identity: identityIn(machine, selectorOf(options), team, profile) };
}

function selectorOf({ signingCertificate, type }: ExportOptions): string {
  return signingCertificate ?? USE_TITLE[type === "development" ? "development" : "distribution"];
}

function identityIn(machine: Machine, selector: string, team: string, profile: Profile): Identity {
  const found = choosableIdentities(machine, selector, team);
  const [first] = found;
  if (!first) {
    throw new ExportFailure("IDECodesignResolverErrorDomain", 1, `No signing certificate "${titleOf(selector)}" found`);
  }
  const allowed = found.find(({ sha1 }) => profile.certificates.includes(sha1));
  if (allowed) return allowed;
  const text = `Provisioning profile "${profile.name}" doesn't include signing certificate "${first.commonName}".`;
  throw new ExportFailure("IDEProfileQualificationErrorDomain", 5, text);
}

function automatically({ machine, xcode, line, options, team }: ExportRequest, name: string, bundleId: string): Chosen {
  const { signingCertificate, type } = options;
  if (signingCertificate !== undefined) checkConflict(name, signingCertificate, type);
  const fitting = installedProfiles(machine, xcode.version).filter(
    (each) =>
      each.team === team && each.type === type && covers(each, bundleId) && each.expires.getTime() > nowMs(machine),
  );
  const selector = selectorOf({ ...options, signingCertificate: undefined });
  for (const profile of fitting) {
    const identity = choosableIdentities(machine, selector, team).find(({ sha1 }) =>
      profile.certificates.includes(sha1),
    );
    if (identity) return { profile, identity };
  }
  const [profile] = fitting;
  if (profile) return { profile, identity: identityIn(machine, selector, team, profile) };
  return askApple({ machine, line }, type, bundleId, choosableIdentities(machine, selector, team));
}

function askApple(
  { machine, line }: Pick<ExportRequest, "machine" | "line">,
  type: ProfileType,
  bundleId: string,
  identities: readonly Identity[],
): Chosen {
  if (!line.flag("allowProvisioningUpdates")) {
    throw new ExportFailure("IDEProfileLocatorErrorDomain", 1, `No profiles for '${bundleId}' were found`);
  }
  const answer = mayAskApple({ machine, line });
  if (answer !== "") throw new ExportFailure("IDEProvisioningErrorDomain", 14, answer);
  const [identity] = identities;
  const title = USE_TITLE[type === "development" ? "development" : "distribution"];
  if (!identity)
    throw new ExportFailure("IDECodesignResolverErrorDomain", 1, `No signing certificate "${title}" found`);
  return { identity, profile: issueManagedProfile(machine, type, bundleId, identities) };
}

/** Automatic signing for distribution chooses its certificate itself: one for development that is named is refused. */
function checkConflict(name: string, certificate: string, type: ProfileType): void {
  const use = genericUse(certificate) ?? useOf({ commonName: certificate });
  const wanted = type === "development" ? "development" : "distribution";
  if (use === wanted) return;
  const target = name.replace(/\.app(ex)?$/, "");
  const text = `${target} has conflicting provisioning settings. ${target} is automatically signed for ${wanted}, but a conflicting code signing identity ${certificate} has been manually specified.`;
  throw new ExportFailure("IDEProvisioningErrorDomain", 1, text);
}
