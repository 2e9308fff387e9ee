import { runQuietly } from "../job/command.ts";
import type { JobContext } from "../job/context.ts";
import { hostEnvironment } from "../job/environment.ts";
import { sdkProgram } from "../toolchain/android-sdk.ts";
import { javaTool } from "../toolchain/jdks.ts";

export type Signature =
  | { state: "signed"; signerSha256: string }
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
    kind === "apk" ? ["verify", "--print-certs", file] : ["-J-Duser.language=en", "-printcert", "-jarfile", file];
  const said = await runQuietly(context, {
    step: "verify",
    command: program,
    args,
    cwd: context.host.scratch,
    environment,
  });
  const text = `${said.stdout.toString()}\n${said.stderr}`;
  const signer = /certificate SHA-256 digest: ([0-9a-f]{64})/.exec(text)?.[1] ?? sha256OfKeytool(text);
  if (said.ok && signer) return { state: "signed", signerSha256: signer };
  const line = text.split("\n").find((part) => /DOES NOT VERIFY|ERROR|Not a signed|error/i.test(part));
  return { state: "unsigned", reason: `${name} said: ${line?.trim() ?? said.exit}` };
}

function sha256OfKeytool(text: string): string | undefined {
  return /SHA256: ([0-9A-F:]{95})/.exec(text)?.[1]?.replaceAll(":", "").toLowerCase();
}
