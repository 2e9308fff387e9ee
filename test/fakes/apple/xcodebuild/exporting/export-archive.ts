import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { absolute, type Machine } from "../../machine/machine.ts";
import { err, out, Refusal } from "../../machine/tool.ts";
import { type Dictionary, dictionaryIn, textIn } from "../../plists/dictionary.ts";
import { readDictionary } from "../../plists/plist-file.ts";
import { readProfile } from "../../profiles/installed-profiles.ts";
import { readSignature } from "../../signing/code-signature.ts";
import type { SelectedXcode } from "../../xcode/selected-xcode.ts";
import { BuildFailure } from "../building/failure.ts";
import { signProduct } from "../building/sign-product.ts";
import type { CommandLine } from "../command-line.ts";
import { pause } from "../pause.ts";
import { entitlementsFor } from "../signing/entitlements.ts";
import type { SigningPlan } from "../signing/plan.ts";
import { checkICloud, ownEntitlements } from "./archived-entitlements.ts";
import { chooseForExport, type ExportRequest } from "./choose.ts";
import { ExportFailure } from "./failure.ts";
import { readExportOptions } from "./options.ts";
import { type SignedBundle, writeReports } from "./reports.ts";
import { writeIpa } from "./write-ipa.ts";

/** `-exportArchive`; answers the exit code. */
export async function exportArchive(machine: Machine, xcode: SelectedXcode, line: CommandLine): Promise<number> {
  const given = line.option("archivePath") ?? "";
  const archive = absolute(machine, given);
  if (!existsSync(join(archive, "Info.plist"))) throw new Refusal(65, `error: archive not found at path '${given}'`);
  try {
    await exportInto(machine, xcode, line, archive);
    return 0;
  } catch (thrown) {
    if (!(thrown instanceof ExportFailure)) throw thrown;
    err(thrown.printed());
    return 70;
  }
}

async function exportInto(machine: Machine, xcode: SelectedXcode, line: CommandLine, archive: string): Promise<void> {
  const properties = dictionaryIn(readDictionary(join(archive, "Info.plist")), "ApplicationProperties");
  const archived = join(archive, "Products", textIn(properties, "ApplicationPath") ?? "");
  const options = readExportOptions(machine, xcode, line.option("exportOptionsPlist"));
  const team = options.teamId || (textIn(properties, "Team") ?? "");
  const request: ExportRequest = { machine, xcode, line, options, team };
  const into = line.option("exportPath");
  if (into === undefined) {
    throw new Refusal(64, "xcodebuild: error: the '-exportPath' option is required when specifying '-exportArchive'.");
  }
  const plans = bundlesIn(archived).map((bundle) => ({ bundle, plan: planFor(request, archived, bundle) }));
  const folder = absolute(machine, into);
  const work = await mkdtemp(join(tmpdir(), "XcodeDistPipeline-"));
  try {
    const app = join(work, "Payload", basename(archived));
    cpSync(archived, app, { recursive: true });
    pause(machine, "exportSeconds");
    const signed = plans.map(({ bundle, plan }) => sign(request, bundle.replace(archived, app), plan));
    mkdirSync(folder, { recursive: true });
    const name = `${basename(archived, ".app")}.ipa`;
    await writeIpa(work, join(folder, name));
    writeReports(folder, name, request, signed);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  out(`Exported ${basename(archived, ".app")} to: ${folder}\n** EXPORT SUCCEEDED **\n`);
}

/** Extensions first: what is inside is signed before what it is in. */
function bundlesIn(app: string): string[] {
  const plugIns = join(app, "PlugIns");
  const names = existsSync(plugIns) ? readdirSync(plugIns).filter((name) => name.endsWith(".appex")) : [];
  return [...names.map((name) => join(plugIns, name)), app];
}

function planFor(request: ExportRequest, archived: string, bundle: string): SigningPlan {
  const info: Dictionary = readDictionary(join(bundle, "Info.plist"));
  const bundleId = textIn(info, "CFBundleIdentifier") ?? "";
  const style = request.options.signingStyle ?? styleOf(request.machine, archived);
  const wanted = ownEntitlements(readSignature(bundle)?.entitlements ?? {});
  checkICloud(wanted, request.options);
  const chosen = chooseForExport(request, basename(bundle), bundleId, style);
  return { ...chosen, entitlements: entitlementsFor(wanted, chosen.profile, bundleId) };
}

/** Without signingStyle: automatic where the archive's profile is one of Xcode's own. */
function styleOf(machine: Machine, app: string): string {
  const file = join(app, "embedded.mobileprovision");
  const [profile] = existsSync(file) ? readProfile(machine, readFileSync(file)) : [];
  return profile && !profile.managed ? "manual" : "automatic";
}

function sign({ machine }: ExportRequest, bundle: string, plan: SigningPlan): SignedBundle {
  try {
    signProduct(machine, bundle, plan, "");
    return { bundle, plan };
  } catch (thrown) {
    if (!(thrown instanceof BuildFailure)) throw thrown;
    const text = `Command line tool "codesign" failed: ${thrown.lines[0] ?? ""}`;
    throw new ExportFailure("IDEDistributionPipelineErrorDomain", 1, text);
  }
}
