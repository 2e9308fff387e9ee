import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { which } from "../../../base/processes/which.ts";
import { type AppleIdentity, appleIdentity } from "../../../credentials/apple/signing-certificate.ts";
import { runQuietly } from "../../job/command.ts";
import type { JobContext } from "../../job/context.ts";
import { hostEnvironment } from "../../job/environment.ts";
import { unpackZip } from "./unpack-app.ts";

export interface Signer {
  certificate: AppleIdentity;
  /** Empty where codesign names none. */
  teamId: string;
}

export type CodeSignatures =
  /** In the order of the bundles. */
  | { state: "signed"; signers: Signer[] }
  | { state: "broken"; reason: string }
  /** The host lacks the tool that would tell. */
  | { state: "unknown"; reason: string };

/** Unpacks the app of an .ipa and lets `codesign` verify it, all that is in it, and tell who signed each of the bundles. */
export async function readCodeSignatures(
  context: JobContext,
  ipa: string,
  app: string,
  bundles: readonly string[],
): Promise<CodeSignatures> {
  if (!which("codesign", hostEnvironment(context)["PATH"] ?? "")) {
    return { state: "unknown", reason: "there is no codesign on this host" };
  }
  const folder = join(context.host.scratch, "verify");
  mkdirSync(folder, { recursive: true });
  await unpackZip(ipa, app, folder);
  const verified = await codesign(context, folder, ["--verify", "--deep", "--strict", join(folder, app)]);
  if (!verified.ok) return { state: "broken", reason: `codesign said: ${verified.lastLine}` };
  const signers: Signer[] = [];
  for (const bundle of bundles) {
    const signer = await signerOf(context, folder, bundle);
    if (!signer)
      return { state: "broken", reason: `${bundle} holds no certificate of its signer: it is signed ad hoc.` };
    signers.push(signer);
  }
  return { state: "signed", signers };
}

async function signerOf(context: JobContext, folder: string, bundle: string): Promise<Signer | undefined> {
  const path = join(folder, bundle);
  const told = await codesign(context, folder, ["-dvvv", path]);
  // Without a value for the option it writes codesign0 and so on to the folder that it runs in; the signer's is the first.
  const file = join(folder, "codesign0");
  rmSync(file, { force: true });
  const extracted = await codesign(context, folder, ["-d", "--extract-certificates", path]);
  const certificate = extracted.ok ? certificateIn(file) : undefined;
  return certificate && { certificate, teamId: /^TeamIdentifier=(.*)$/m.exec(told.text)?.[1] ?? "" };
}

function certificateIn(file: string): AppleIdentity | undefined {
  try {
    return appleIdentity(readFileSync(file));
  } catch {
    return undefined; // none was written
  }
}

/** codesign prints what it tells on stderr. */
async function codesign(
  context: JobContext,
  folder: string,
  args: readonly string[],
): Promise<{ ok: boolean; text: string; lastLine: string }> {
  const environment = hostEnvironment(context);
  const said = await runQuietly(context, { step: "verify", command: "codesign", args, cwd: folder, environment });
  const text = `${said.stdout.toString()}\n${said.stderr}`;
  const lastLine = text.trim().replaceAll(`${folder}/`, "").split("\n").at(-1) ?? "";
  return { ok: said.ok, text, lastLine: lastLine === "" ? said.exit : lastLine };
}
