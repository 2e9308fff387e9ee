import { errorOf } from "../../../base/errors/millwright-error.ts";
import type { AndroidSigning } from "../../../protocol/material.ts";
import { runQuietly } from "../../job/command.ts";
import type { JobContext } from "../../job/context.ts";
import { hostEnvironment } from "../../job/environment.ts";
import { javaTool } from "../../toolchain/jdks.ts";
import type { SigningFiles } from "./signing-files.ts";

/**
 * Opens the keystore with its password and answers the SHA-256 of the alias' certificate as lower-case hex; undefined when
 * the host has no keytool. Throws KEYSTORE_UNUSABLE. The key's own password only shows when it signs.
 */
export async function checkKeystore(
  context: JobContext,
  signing: AndroidSigning,
  files: SigningFiles,
): Promise<string | undefined> {
  const keytool = javaTool("keytool", context.host.environment);
  if (!keytool) {
    context.log.line("The keystore was not checked beforehand: there is no keytool on this host");
    return undefined;
  }
  const args = ["-J-Duser.language=en", "-list", "-v", "-keystore", files.keystore];
  args.push("-storepass:file", files.storePasswordFile, "-alias", signing.alias);
  const said = await runQuietly(context, {
    step: "compile",
    command: keytool,
    args,
    cwd: context.host.scratch,
    environment: hostEnvironment(context),
  });
  const text = `${said.stdout.toString()}\n${said.stderr}`;
  if (!said.ok) throw keystoreFailure(context, signing, text);
  if (!/Entry type: PrivateKeyEntry/.test(text)) {
    throw unusable(context, `The alias ${signing.alias} names a certificate without its private key.`);
  }
  return /SHA256: ([0-9A-F:]+)/.exec(text)?.[1]?.replaceAll(":", "").toLowerCase();
}

function keystoreFailure(context: JobContext, signing: AndroidSigning, said: string): Error {
  if (/password was incorrect|tampered with/i.test(said)) return unusable(context, "Its store password is wrong.");
  if (/Alias <.*> does not exist/.test(said)) {
    return unusable(context, `It has no alias ${signing.alias}.`);
  }
  const line = said.split("\n").find((text) => /keytool error|Exception/.test(text)) ?? "keytool refused it";
  return unusable(context, `keytool said: ${context.log.redactor.text(line.trim())}`);
}

/** Also for what only Gradle finds: a wrong password of the key. */
export function unusable(context: JobContext, reason: string): Error {
  return errorOf("KEYSTORE_UNUSABLE", { profile: context.spec.securityProfile?.name ?? "", reason });
}
