import { errorOf, type MillwrightError } from "../../../base/errors/millwright-error.ts";
import type { AndroidSigning } from "../../../protocol/material.ts";
import { runQuietly } from "../../job/command.ts";
import type { JobContext } from "../../job/context.ts";
import { hostEnvironment } from "../../job/environment.ts";
import { javaTool } from "../../toolchain/jdks.ts";
import type { SigningFiles } from "./signing-files.ts";

/**
 * Lets the host's keytool open a keystore that Millwright can't read, as `unread` says. Answers the SHA-256 of the alias'
 * certificate as lower-case hex; undefined when there is no keytool. A wrong password of the key only shows when it signs.
 */
export async function askKeytool(
  context: JobContext,
  signing: AndroidSigning,
  files: SigningFiles,
  unread: MillwrightError,
): Promise<string | undefined> {
  const keytool = javaTool("keytool", context.host.environment);
  if (!keytool) {
    context.log.line(
      `The keystore was not checked: ${unread.failure.why} There is no keytool on this host to read it.`,
    );
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
  if (!said.ok) throw keytoolFailure(context, signing, text);
  if (!/Entry type: PrivateKeyEntry/.test(text)) {
    const reason = "keytool doesn't list it as a PrivateKeyEntry.";
    throw errorOf("KEY_ENTRY_MISSING", { ...valuesOf(context, signing), holds: "a certificate", reason });
  }
  return /SHA256: ([0-9A-F:]+)/.exec(text)?.[1]?.replaceAll(":", "").toLowerCase();
}

function keytoolFailure(context: JobContext, signing: AndroidSigning, said: string): Error {
  const line = said.split("\n").find((text) => /keytool error|Exception/.test(text)) ?? "keytool refused it";
  const reason = `keytool said: ${context.log.redactor.text(line.trim())}`;
  const values = { ...valuesOf(context, signing), reason };
  if (/password was incorrect|tampered with/i.test(said)) return errorOf("KEYSTORE_PASSWORD_WRONG", values);
  if (/Alias <.*> does not exist/.test(said)) return errorOf("KEY_ALIAS_MISSING", values);
  return errorOf("KEYSTORE_ALGORITHM_UNSUPPORTED", values);
}

function valuesOf(context: JobContext, signing: AndroidSigning): { profile: string; file: string; alias: string } {
  return { profile: context.spec.securityProfile?.name ?? "", file: signing.fileName, alias: signing.alias };
}
