import { runQuietly } from "../job/command.ts";
import type { JobContext } from "../job/context.ts";
import { hostEnvironment } from "../job/environment.ts";
import { sdkProgram } from "../toolchain/android-sdk.ts";
import { javaTool } from "../toolchain/jdks.ts";

export type Signature =
  /** `schemes`: v1 to v4 of an .apk, jar for an .aab. */
  | { state: "signed"; signerSha256: string; schemes: string[] }
  | { state: "unsigned"; reason: string }
  /** The host lacks the tool that would tell. */
  | { state: "unknown"; reason: string };

/** Asks apksigner about an .apk and keytool about an .aab, which is signed as a jar. */
export async function readSignature(context: JobContext, file: string, kind: "apk" | "aab"): Promise<Signature> {
  const environment = hostEnvironment(context);
  const name = kind === "apk" ? "apksigner" : "keytool";
  const program = kind === "apk" ? sdkProgram(name, environment) : javaTool(name, environment);
  if (!program) return { state: "unknown", reason: `there is no ${name} on this host` };
  const args =
    kind === "apk"
      ? ["verify", "--verbose", "--print-certs", file]
      : ["-J-Duser.language=en", "-printcert", "-jarfile", file];
  const said = await runQuietly(context, {
    step: "verify",
    command: program,
    args,
    cwd: context.host.scratch,
    environment,
  });
  const text = `${said.stdout.toString()}\n${said.stderr}`;
  const signer = /certificate SHA-256 digest: ([0-9a-f]{64})/.exec(text)?.[1] ?? sha256OfKeytool(text);
  if (said.ok && signer)
    return { state: "signed", signerSha256: signer, schemes: kind === "apk" ? schemesOf(text) : ["jar"] };
  const line = text.split("\n").find((part) => /DOES NOT VERIFY|ERROR|Not a signed|error/i.test(part));
  return { state: "unsigned", reason: `${name} said: ${line?.trim() ?? said.exit}` };
}

/** `Verified using v2 scheme (APK Signature Scheme v2): true`, and since 33 also `v3.1`. */
function schemesOf(text: string): string[] {
  return [...text.matchAll(/^Verified using (v[\d.]+) scheme .*: true$/gm)].map((match) => match[1] ?? "");
}

function sha256OfKeytool(text: string): string | undefined {
  return /SHA256: ([0-9A-F:]{95})/.exec(text)?.[1]?.replaceAll(":", "").toLowerCase();
}
