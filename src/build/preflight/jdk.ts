import { delimiter, join } from "node:path";
import { errorOf } from "../../base/errors/millwright-error.ts";
import { which } from "../../base/processes/which.ts";
import { type AndroidNeeds, androidNeeds, platformMajor } from "../../protocol/android-needs.ts";
import { runQuietly } from "../job/command.ts";
import type { JobContext } from "../job/context.ts";
import { hostEnvironment } from "../job/environment.ts";
import { findJdks, jdkOfHome } from "../toolchain/jdks.ts";
import type { Tool } from "../toolchain/tool.ts";

/**
 * Makes sure that this cordova-android meets a JDK that it can use: the one that builds get anyway, else the newest of the
 * host's that fits. Throws JDK_UNSUITABLE. Where the version of cordova-android isn't known any JDK does.
 */
export async function chooseJdk(context: JobContext, platformSpec: string): Promise<void> {
  const needs = androidNeeds(platformSpec);
  const usual = await usualJdk(context, platformMajor(platformSpec) ?? Number.NaN);
  if (usual !== undefined && (!needs || fits(usual, needs))) return;
  const all = findJdks(hostEnvironment(context)).sort((a, b) => majorOf(b.version) - majorOf(a.version));
  const chosen = all.find((jdk) => !needs || fits(majorOf(jdk.version), needs));
  if (!chosen) throw unsuitable(context, platformSpec, needs, usual, all);
  context.found.tools.push({
    JAVA_HOME: chosen.path,
    CORDOVA_JAVA_HOME: chosen.path,
    PATH: join(chosen.path, "bin"),
  });
  const because = usual === undefined ? "the host names none for builds" : `JDK ${usual} doesn't fit`;
  context.log.line(`JDK ${chosen.version} at ${chosen.path}: ${because}`);
}

function fits(major: number, needs: AndroidNeeds): boolean {
  return major >= needs.lowestJdk && major <= needs.highestJdk;
}

function unsuitable(
  context: JobContext,
  version: string,
  needs: AndroidNeeds | undefined,
  usual: number | undefined,
  all: readonly Tool[],
) {
  const { lowestJdk: from, highestJdk: to } = needs ?? { lowestJdk: 8, highestJdk: Number.POSITIVE_INFINITY };
  const needed = from === to ? `${from}` : Number.isFinite(to) ? `${from} to ${to}` : `${from} or later`;
  const majors = [...(usual === undefined ? [] : [usual]), ...all.map((jdk) => majorOf(jdk.version))];
  const found = [...new Set(majors)].map((major) => `JDK ${major}`).join(", ") || "none";
  return errorOf("JDK_UNSUITABLE", {
    version: version || "of any version",
    host: context.host.agentName,
    needed,
    found,
  });
}

/** The JDK that cordova-android would take by itself: from 10 on JAVA_HOME's, older ones believe the `javac` on PATH. */
async function usualJdk(context: JobContext, major: number): Promise<number | undefined> {
  const environment = hostEnvironment(context);
  const home = environment["CORDOVA_JAVA_HOME"] ?? environment["JAVA_HOME"];
  const fromHome = home && major >= 10 ? jdkOfHome(home)?.version : undefined;
  if (fromHome) return majorOf(fromHome);
  const path = home ? [environment["PATH"] ?? "", join(home, "bin")].join(delimiter) : (environment["PATH"] ?? "");
  const javac = which("javac", path);
  if (!javac) return undefined;
  const said = await runQuietly(context, {
    step: "preflight",
    command: javac,
    args: ["-version"],
    cwd: context.host.scratch,
    environment,
  });
  const version = /javac\s+([\d.]+)/.exec(`${said.stdout.toString()}\n${said.stderr}`)?.[1];
  return version ? majorOf(version) : undefined;
}

/** 8 of `1.8.0_392`, 17 of `17.0.15`. */
export function majorOf(version: string): number {
  const [first = "", second = ""] = version.split(".");
  return Number(first === "1" ? second : first);
}
