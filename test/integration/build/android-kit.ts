import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { loadEnvironmentFile } from "../../../src/base/config/environment-file.ts";
import type { AndroidSigning } from "../../../src/protocol/material.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const FILE = join(resolve(process.env["MILLWRIGHT_ANDROID_KIT"] ?? ".toolchain/android"), "environment");

/** Why tests that build for android are skipped; undefined when they can run. With CI=true they fail instead. */
export const NO_KIT =
  existsSync(FILE) || process.env["CI"] === "true" ? undefined : `${FILE} is missing: run make toolchain`;

/** The environment of builds that the Android toolchain of `make toolchain` wants. */
export function kitEnvironment(): Record<string, string> {
  return loadEnvironmentFile(FILE, process.env);
}

/** A keystore made by keytool, with passwords that Java's properties files would misread when not escaped. */
export function makeKeystore(storePassword = "st:ore=pa ss\\word#!"): AndroidSigning & { sha256: string } {
  const file = join(temporaryFolder(), "release.p12");
  const alias = "the release";
  const keytool = (...args: string[]) =>
    execFileSync("keytool", [...args, "-keystore", file, "-storepass", storePassword, "-alias", alias], {
      encoding: "utf8",
      stdio: "pipe",
    });
  const name = ["-dname", "CN=Test, O=Example"];
  keytool("-genkeypair", "-keyalg", "RSA", "-keysize", "2048", "-validity", "30", "-storetype", "PKCS12", ...name);
  const sha256 = /SHA256: ([0-9A-F:]+)/.exec(keytool("-list", "-v"))?.[1]?.replaceAll(":", "").toLowerCase() ?? "";
  const keystoreBase64 = readFileSync(file).toString("base64");
  return { fileName: "release.p12", keystoreBase64, storePassword, alias, keyPassword: storePassword, sha256 };
}
