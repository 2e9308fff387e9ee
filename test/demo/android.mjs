// Which Android toolchain the demo builds with, and what the real tools say about a file.
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { platform } from "node:os";
import { join } from "node:path";
import { ROOT } from "./playground.mjs";

/**
 * `{ kit }` for the offline kit, `{}` for the host's own SDK, `{ lacking }` when there is neither. On Debian and Ubuntu as
 * root the kit is installed now, unless the host has an SDK of its own.
 */
export function androidToolchain() {
  const own = process.env.ANDROID_HOME ?? process.env.ANDROID_SDK_ROOT;
  if (own && existsSync(join(own, "platforms"))) return {};
  const kit = process.env.MILLWRIGHT_ANDROID_KIT ?? join(ROOT, ".toolchain/android");
  if (existsSync("/etc/debian_version") && process.getuid?.() === 0) {
    const installed = spawnSync(join(ROOT, "linux/android-toolchain/install.sh"), [kit], { stdio: "inherit" });
    if (installed.status !== 0) return { lacking: "the Android toolchain could not be installed (see above)" };
  }
  if (existsSync(join(kit, "environment"))) return { kit };
  const how =
    platform() === "darwin"
      ? "Android Studio or the command-line tools"
      : "an Android SDK, or run make toolchain as root on Debian or Ubuntu";
  return { lacking: `there is no Android SDK on this host: install ${how}, and set ANDROID_HOME` };
}

/** Package id, version and signer of an APK, as aapt and apksigner read them. Throws when apksigner doesn't accept it. */
export function describeApk(apk, kit) {
  const badging = badgingOf(apk, kit);
  const certificates = runTool(kit, "apksigner", "verify", "--print-certs", apk);
  return {
    package: /package: name='([^']*)'/.exec(badging)?.[1],
    versionCode: /versionCode='([^']*)'/.exec(badging)?.[1],
    version: /versionName='([^']*)'/.exec(badging)?.[1],
    signer: /certificate DN: (.*)/.exec(certificates)?.[1],
    signerSha256: /certificate SHA-256 digest: (.*)/.exec(certificates)?.[1],
  };
}

/** What `aapt dump badging` prints. */
export function badgingOf(apk, kit) {
  return runTool(kit, "aapt", "dump", "badging", apk);
}

function runTool(kit, tool, ...args) {
  const env = { ...process.env, ...kitVariables(kit) };
  return execFileSync(findTool(tool, env), args, { encoding: "utf8", env });
}

function kitVariables(kit) {
  if (!kit) return {};
  const lines = readFileSync(join(kit, "environment"), "utf8").split("\n");
  const pairs = lines.map((line) => /^([A-Z_][A-Z0-9_]*)=(.*)$/i.exec(line)).filter(Boolean);
  return Object.fromEntries(
    pairs.map(([, name, value]) => [name, value.replace(/\$\{(\w+)\}/g, (_, key) => process.env[key] ?? "")]),
  );
}

function findTool(tool, env) {
  const onPath = spawnSync("sh", ["-c", `command -v ${tool}`], { encoding: "utf8", env }).stdout.trim();
  if (onPath) return onPath;
  const buildTools = join(env.ANDROID_HOME ?? env.ANDROID_SDK_ROOT ?? "", "build-tools");
  const versions = existsSync(buildTools)
    ? spawnSync("ls", [buildTools], { encoding: "utf8" }).stdout.trim().split("\n")
    : [];
  return join(buildTools, versions.at(-1) ?? "", tool);
}
