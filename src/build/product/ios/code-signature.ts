import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { which } from "../../../base/processes/which.ts";
import { type AppleIdentity, appleIdentity } from "../../../credentials/apple/signing-certificate.ts";
import { runQuietly } from "../../job/command.ts";
import type { JobContext } from "../../job/context.ts";
import { hostEnvironment } from "../../job/environment.ts";
import { unpackZip } from "./unpack-app.ts";

export type CodeSignature =
  | { state: "signed"; signer: AppleIdentity; teamId: string }
  | { state: "broken"; reason: string }
  /** The host lacks the tool that would tell. */
  | { state: "unknown"; reason: string };

/** Unpacks the app of an .ipa and lets `codesign` verify it, all that is in it, and tell who signed. */
export async function readCodeSignature(context: JobContext, ipa: string, app: string): Promise<CodeSignature> {
  if (!which("codesign", hostEnvironment(context)["PATH"] ?? "")) {
    return { state: "unknown", reason: "there is no codesign on this host" };
  }
  const folder = join(context.host.scratch, "verify");
  mkdirSync(folder, { recursive: true });
  await unpackZip(ipa, app, folder);
  const bundle = join(folder, app);
  const verified = await codesign(context, folder, ["--verify", "--deep", "--strict", bundle]);
  if (!verified.ok) return { state: "broken", reason: `codesign said: ${verified.lastLine}` };
  const told = await codesign(context, folder, ["-dvvv", bundle]);
  // Without a value for the option it writes codesign0 and so on to the folder that it runs in; the signer's is the first.
  const extracted = await codesign(context, folder, ["-d", "--extract-certificates", bundle]);
  const signer = extracted.ok ? certificateIn(join(folder, "codesign0")) : undefined;
  if (!signer) return { state: "broken", reason: "It holds no certificate of its signer: it is signed ad hoc." };
  return { state: "signed", signer, teamId: /^TeamIdentifier=(.*)$/m.exec(told.text)?.[1] ?? "" };
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
