import { existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { basename, join } from "node:path";
import { absolute } from "../../machine/machine.ts";
import { out } from "../../machine/tool.ts";
import { type Dictionary, textIn } from "../../plists/dictionary.ts";
import { readDictionary, writeXmlPlist } from "../../plists/plist-file.ts";
import { pause } from "../pause.ts";
import { APPLICATION, EXTENSION, type Target } from "../project/project-file.ts";
import type { BuildRequest } from "../project/target-settings.ts";
import { type Built, buildTargets, planTargets } from "./build-targets.ts";

/** `archive`: builds and signs a scheme's targets into NAME.xcarchive. Throws `BuildFailure`. */
export function archive(request: BuildRequest, targets: readonly Target[], scheme: string): void {
  const { machine, line } = request;
  const path = absolute(machine, line.option("archivePath") ?? `${scheme}.xcarchive`);
  const planned = planTargets(request, targets);
  rmSync(path, { recursive: true, force: true });
  const applications = join(path, "Products/Applications");
  const symbols = join(path, "dSYMs");
  mkdirSync(symbols, { recursive: true });
  // Extensions are made beside the app, which copies them in.
  const intermediates = join(path, "Products/Intermediates");
  const built = buildTargets(request, planned, {
    folderOf: () => intermediates,
    symbols,
    beforeSigning: () => {
      mkdirSync(applications, { recursive: true });
      pause(machine, "archiveSeconds");
    },
  });
  for (const { target, bundle } of built) {
    if (target.productType === APPLICATION) renameSync(bundle, join(applications, basename(bundle)));
    if (target.productType === EXTENSION) rmSync(bundle, { recursive: true });
  }
  rmSync(intermediates, { recursive: true, force: true });
  writeXmlPlist(join(path, "Info.plist"), aboutArchive(scheme, applications, built));
  out("\n** ARCHIVE SUCCEEDED **\n");
}

function aboutArchive(scheme: string, applications: string, built: readonly Built[]): Dictionary {
  const app = built.find(({ target }) => target.productType === APPLICATION);
  const common: Dictionary = { ArchiveVersion: 2, CreationDate: new Date(), Name: scheme, SchemeName: scheme };
  if (!app) return common;
  const name = basename(app.bundle);
  const file = join(applications, name, "Info.plist");
  const info = existsSync(file) ? readDictionary(file) : {};
  const text = (key: string) => textIn(info, key) ?? "";
  const signed = app.plan
    ? { SigningIdentity: app.plan.identity.commonName, Team: app.plan.profile.team }
    : { SigningIdentity: "", Team: "" };
  const ApplicationProperties = {
    ApplicationPath: `Applications/${name}`,
    Architectures: ["arm64"],
    CFBundleIdentifier: text("CFBundleIdentifier"),
    CFBundleShortVersionString: text("CFBundleShortVersionString"),
    CFBundleVersion: text("CFBundleVersion"),
    ...signed,
  };
  return { ApplicationProperties, ...common };
}
