import { readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type KeystoreFormat, keystoreFormat } from "../../../credentials/android/keystore-format.ts";
import type { AndroidSigning } from "../../../protocol/material.ts";
import type { JobContext } from "../../job/context.ts";
import { openPrivateFolder } from "../../job/private-folder.ts";
import { javaProperties } from "./java-properties.ts";

export interface SigningFiles {
  keystore: string;
  keystoreType: KeystoreFormat;
  alias: string;
  storePasswordFile: string;
  /** What cordova-android's build.gradle reads by -PcdvReleaseSigningPropertiesFile. */
  properties: string;
  /** Wipes all of it. */
  close(): void;
}

/**
 * Lays out the signing material in a private folder outside the checkout. Throws KEYSTORE_EMPTY and KEYSTORE_FORMAT_… when it is
 * no keystore that Gradle could use.
 */
export function openSigningFiles(context: JobContext, signing: AndroidSigning): SigningFiles {
  const bytes = Buffer.from(signing.keystoreBase64, "base64");
  const profile = context.spec.securityProfile?.name ?? "";
  const keystoreType = keystoreFormat(profile, { fileName: signing.fileName, bytes });
  const folder = openPrivateFolder(context, "signing");
  const keystore = join(folder.path, "release.keystore");
  const properties = join(folder.path, "release.properties");
  const storePasswordFile = join(folder.path, "store-password");
  writeFileSync(keystore, bytes, { mode: 0o600 });
  writeFileSync(storePasswordFile, signing.storePassword, { mode: 0o600 });
  writeFileSync(properties, javaProperties(propertiesOf(signing, keystore, keystoreType)), { mode: 0o600 });
  return { keystore, keystoreType, alias: signing.alias, storePasswordFile, properties, close: folder.close };
}

/** The keys that build.gradle of cordova-android 6 to 15 knows. */
function propertiesOf(signing: AndroidSigning, keystore: string, keystoreType: string): Record<string, string> {
  return {
    "key.store": keystore,
    "key.store.type": keystoreType,
    "key.store.password": signing.storePassword,
    "key.alias": signing.alias,
    "key.alias.password": signing.keyPassword,
  };
}

/** Removes the passwords that cordova-android writes in clear when the app's own build.json names a keystore. */
export function removeLeftSigningProperties(platformFolder: string): string[] {
  let names: string[];
  try {
    names = readdirSync(platformFolder).filter((name) => name.endsWith("-signing.properties"));
  } catch {
    return []; // the platform was not added
  }
  for (const name of names) rmSync(join(platformFolder, name), { force: true });
  return names;
}
