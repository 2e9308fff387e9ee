import type { AgentConfig } from "../../agent/config.ts";
import { ToolchainWatch } from "../../agent/host/toolchains.ts";
import { failureOf } from "../../base/errors/millwright-error.ts";
import { createLogger } from "../../base/observe/logger.ts";
import type { Capability, Toolchain } from "../../protocol/generated/millwright/agent/v1/agent.ts";
import { broken, type Check, ok, skipped, wrong } from "./check.ts";

const PROGRAMS = { id: "programs", title: "Programs" };
const ANDROID = { id: "android", title: "Android" };
const IOS = { id: "ios", title: "iOS" };

/** What the agent would tell the controller of this host. */
export async function lookAtHost(config: AgentConfig): Promise<Capability> {
  const logger = createLogger("doctor", "fatal");
  const watch = await ToolchainWatch.begin({ config: () => config, onChange: () => {}, logger });
  watch.close();
  return watch.current;
}

/** The tools decide, as they do for the agent; a Mac may have no Xcode yet. */
export function isAppleHost({ os, toolchains }: Capability): boolean {
  return os === "darwin" || toolchains.some(({ kind }) => kind === "xcode");
}

/** Without these nothing can be built. */
export function checkPrograms(capability: Capability): Check {
  const web = capability.platforms.find(({ platform }) => platform === "web");
  if (!web?.supported) return broken(PROGRAMS, failureOf("HOST_PROGRAMS_MISSING", { reason: web?.lacking ?? "" }));
  const named = ["node", "npm", "git"].map((kind) => `${kind} ${versionsOf(capability, kind)}`);
  const lfs = versionsOf(capability, "git-lfs");
  named.push(lfs === "" ? "no git-lfs, for apps that keep files in Git LFS" : `git-lfs ${lfs}`);
  return ok(PROGRAMS, named.join("; "));
}

/** A host needn't build for Android: what it lacks is a warning. */
export function checkAndroid(capability: Capability): Check {
  const android = capability.platforms.find(({ platform }) => platform === "android");
  if (!android?.supported) {
    const next = "Needed only where this host shall build for Android: docs/signing.md says which JDK and SDK.";
    return wrong(ANDROID, "warning", android?.lacking ?? "", next);
  }
  const kinds = {
    jdk: "JDK",
    "android-platform": "SDK platforms",
    "android-build-tools": "build-tools",
    gradle: "Gradle",
  };
  return ok(
    ANDROID,
    Object.entries(kinds)
      .map(([kind, name]) => `${name} ${versionsOf(capability, kind)}`)
      .join("; "),
  );
}

/** Every Xcode. One that isn't ready is a failure only where no other is. */
export function checkXcodes({ toolchains }: Capability, folders: readonly string[], host: string): Check[] {
  const xcodes = toolchains.filter(({ kind }) => kind === "xcode");
  if (xcodes.length === 0) {
    const reason = `No Xcode was found in ${folders.join(", ")}.`;
    return [broken(IOS, failureOf("XCODE_MISSING", { host, reason }), "warning")];
  }
  const ready = xcodes.some(({ lacking }) => lacking === "");
  return xcodes.map((xcode) => checkXcode(xcode, ready));
}

export function noIos(): Check {
  return skipped(IOS, "No Xcode was found: this host builds no iOS apps.");
}

function checkXcode({ version, build, path, lacking, sdks, preferred, beta }: Toolchain, otherReady: boolean): Check {
  const named = { id: "xcode", title: `Xcode ${version}` };
  const about = [build, beta ? "beta" : "", path].filter(Boolean).join(", ");
  if (lacking === "") {
    const chosen = preferred ? ", for builds that ask for none" : "";
    return ok(named, `${about}, iOS SDK ${sdks.join(", ")}${chosen}`);
  }
  const [, said = lacking, command] = /^(.*?)(?: \(([^()]*)\))?$/.exec(lacking) ?? [];
  const next = command
    ? `DEVELOPER_DIR=${path}/Contents/Developer ${command}`
    : "Install this Xcode again, or remove it.";
  return wrong(named, otherReady ? "warning" : "failed", `${about}: ${said}`, withSudoFirst(next));
}

/** sudo hands no variable on that stands before it. */
function withSudoFirst(command: string): string {
  const [, variable, rest] = /^(DEVELOPER_DIR=.*) sudo (.*)$/.exec(command) ?? [];
  return variable === undefined ? command : `sudo ${quoted(variable)} ${rest}`;
}

function quoted(assignment: string): string {
  return /\s/.test(assignment) ? `"${assignment}"` : assignment;
}

function versionsOf({ toolchains }: Capability, wanted: string): string {
  const versions = toolchains.filter(({ kind }) => kind === wanted).map(({ version }) => version);
  return [...new Set(versions)].join(", ");
}
