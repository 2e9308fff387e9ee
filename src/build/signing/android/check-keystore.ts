import { MillwrightError } from "../../../base/errors/millwright-error.ts";
import { type KeystoreFacts, readKeystore } from "../../../credentials/android/read-keystore.ts";
import { checkValidity } from "../../../credentials/certificate.ts";
import type { AndroidSigning } from "../../../protocol/material.ts";
import type { JobContext } from "../../job/context.ts";
import { askKeytool } from "./ask-keytool.ts";
import type { SigningFiles } from "./signing-files.ts";

/**
 * Opens the keystore and its key, and answers the SHA-256 of the alias' certificate as lower-case hex; undefined only when the
 * keystore has an algorithm that neither Millwright nor a keytool of this host reads. Throws errors of the signing catalogue.
 */
export async function checkKeystore(
  context: JobContext,
  signing: AndroidSigning,
  files: SigningFiles,
): Promise<string | undefined> {
  const profile = context.spec.securityProfile?.name ?? "";
  const { keystoreBase64, ...input } = signing;
  let facts: KeystoreFacts;
  try {
    facts = readKeystore(profile, { ...input, bytes: Buffer.from(keystoreBase64, "base64") });
  } catch (error) {
    if (!(error instanceof MillwrightError) || error.code !== "KEYSTORE_ALGORITHM_UNSUPPORTED") throw error;
    return askKeytool(context, signing, files, error);
  }
  const warning = checkValidity(profile, facts.certificate, Date.now());
  if (warning) context.log.line(`Warning: ${warning}`);
  return facts.certificate.sha256;
}
