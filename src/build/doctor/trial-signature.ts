import { copyFileSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { errorOf } from "../../base/errors/millwright-error.ts";
import { run } from "../../base/processes/run.ts";
import { which } from "../../base/processes/which.ts";
import { certificateFacts } from "../../credentials/certificate.ts";

export interface Signer {
  /** Where codesign runs, and what it signs lies. */
  folder: string;
  environment: Readonly<Record<string, string>>;
  signal: AbortSignal;
}

/** A copy of a small program of the system, to be signed. */
export function smallProgram(folder: string): string {
  const program = which("true", "/usr/bin:/bin");
  if (!program) throw new Error("this host has no program named true");
  const copy = join(folder, "trial");
  copyFileSync(program, copy);
  return copy;
}

/** Signs with the identity of this SHA-1: of one keychain, else as codesign finds it by the search list. Throws SIGNING_TRIAL_FAILED. */
export async function signBy(signer: Signer, program: string, sha1: string, keychain?: string): Promise<void> {
  const from = keychain === undefined ? [] : ["--keychain", keychain];
  const { ok, said } = await codesign(signer, ["--force", "--sign", sha1.toUpperCase(), ...from, program]);
  if (ok) return;
  const where = keychain === undefined ? "by the keychain search list" : "in the keychain that it was given";
  throw errorOf("SIGNING_TRIAL_FAILED", { reason: `It looked for the key ${where} and said: ${said}` });
}

/**
 * Makes sure that the signature is whole and was made by the certificate of this SHA-1. That macOS doesn't trust the
 * certificate is no fault of the signature. Throws SIGNING_TRIAL_FAILED.
 */
export async function verifySignature(signer: Signer, program: string, sha1: string): Promise<void> {
  const verified = await codesign(signer, ["--verify", "--strict", program]);
  if (!verified.ok && !verified.said.includes("CSSMERR_TP_NOT_TRUSTED")) {
    throw errorOf("SIGNING_TRIAL_FAILED", { reason: `It did not accept its own signature: ${verified.said}` });
  }
  const shown = await codesign(signer, ["-d", "--extract-certificates", program]);
  if (shown.ok && sha1Of(join(signer.folder, "codesign0")) === sha1) return;
  throw errorOf("SIGNING_TRIAL_FAILED", { reason: "It signed with another certificate than the one it was told." });
}

function sha1Of(file: string): string | undefined {
  try {
    return certificateFacts(readFileSync(file)).sha1;
  } catch {
    return undefined; // signed ad hoc: there is none
  }
}

/** codesign prints what it has to say on stderr. */
async function codesign(signer: Signer, args: readonly string[]): Promise<{ ok: boolean; said: string }> {
  const { folder, environment, signal } = signer;
  const command = which("codesign", environment["PATH"] ?? "") ?? "codesign";
  let said = "";
  const onOutput = (_stream: "stdout" | "stderr", bytes: Buffer) => {
    said += bytes.toString();
  };
  const exit = await run({ command, args, cwd: folder, environment, signal, graceMs: 1_000, onOutput });
  signal.throwIfAborted();
  if (exit.failedToStart)
    return { ok: false, said: `there is no codesign on the PATH of builds (${exit.failedToStart})` };
  const last = said.trim().replaceAll(`${folder}/`, "").split("\n").at(-1) ?? "";
  return { ok: exit.exitCode === 0, said: last || `nothing (exit code ${exit.exitCode ?? exit.signal})` };
}
