import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { failureOf } from "../../base/errors/millwright-error.ts";
import { which } from "../../base/processes/which.ts";
import type { TrialAnswer, TrialOrder } from "../../protocol/apple-host/signing-trial.ts";
import { broken, type Check, ok } from "./check.ts";

const TRIAL = fileURLToPath(new URL("../../build/doctor/main.js", import.meta.url));
const NAMED = { id: "signing", title: "Signing" };
const PATIENCE_MS = 45_000;

/**
 * Signs a small program as a job does, in a process of its own: a keychain, a throw-away certificate, codesign. The process
 * takes all of it back, also when this one is interrupted.
 */
export async function checkSigning(environment: Readonly<Record<string, string>>): Promise<Check> {
  const missing = ["security", "codesign"].filter((program) => !which(program, environment["PATH"] ?? ""));
  if (missing.length > 0) {
    const reason = `Not on the PATH of builds: ${missing.join(", ")}.`;
    return broken(NAMED, failureOf("SIGNING_TRIAL_FAILED", { reason }));
  }
  const folder = mkdtempSync(join(tmpdir(), "millwright-doctor-"));
  try {
    const order = { home: homedir(), folder, environment: { ...environment }, patienceMs: PATIENCE_MS };
    const answer = await tryToSign(order);
    if (!answer.signed) return broken(NAMED, answer.failure);
    return ok(NAMED, "a throw-away certificate signed a program; the keychains are as before");
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function tryToSign(order: TrialOrder): Promise<TrialAnswer> {
  const child = spawn(process.execPath, [TRIAL], {
    stdio: ["pipe", "pipe", "pipe"],
    env: { PATH: order.environment["PATH"] },
  });
  child.stdin.on("error", () => {}); // it died at its start: what it said tells why
  child.stdin.end(JSON.stringify(order));
  const [said, complaint] = await Promise.all([text(child.stdout), text(child.stderr)]);
  try {
    return JSON.parse(said) as TrialAnswer;
  } catch {
    const last = complaint.trim().split("\n").at(-1) || "nothing";
    return { signed: false, failure: failureOf("INTERNAL_ERROR", { message: `the trial ended and said: ${last}` }) };
  }
}
