import { errorOf } from "../../base/errors/millwright-error.ts";
import { which } from "../../base/processes/which.ts";
import { runQuietly } from "../job/command.ts";
import type { JobContext } from "../job/context.ts";
import { hostEnvironment } from "../job/environment.ts";
import { jdkOfHome } from "../toolchain/jdks.ts";

/**
 * JDKs that a cordova-android can use: lowest and highest major. Up to 9 it asks `javac` for exactly 1.8; from 10 the lowest
 * is what its Android plugin needs, the highest what its Gradle runs on (Gradle's compatibility table).
 */
const NEEDED: readonly { from: number; lowest: number; highest: number }[] = [
  { from: 15, lowest: 17, highest: 24 },
  { from: 14, lowest: 17, highest: 23 },
  { from: 13, lowest: 17, highest: 22 },
  { from: 12, lowest: 11, highest: 19 },
  { from: 11, lowest: 11, highest: 18 },
  { from: 10, lowest: 11, highest: 16 },
  { from: 0, lowest: 8, highest: 8 },
];

/** Throws JDK_UNSUITABLE when the JDK of builds can't run this cordova-android. Silent when its version isn't known. */
export async function checkJdk(context: JobContext, platformSpec: string): Promise<void> {
  const major = Number(/^[\^~>=v\s]*(\d+)/.exec(platformSpec)?.[1] ?? Number.NaN);
  const needed = NEEDED.find((row) => major >= row.from);
  const found = await jdkMajor(context, major);
  if (found === undefined) {
    throw errorOf("JDK_UNSUITABLE", { ...values(context, platformSpec, needed), found: "none" });
  }
  if (!needed || (found >= needed.lowest && found <= needed.highest)) return;
  throw errorOf("JDK_UNSUITABLE", { ...values(context, platformSpec, needed), found: `JDK ${found}` });
}

function values(context: JobContext, version: string, needed: (typeof NEEDED)[number] | undefined) {
  const text = !needed
    ? "8 or later"
    : needed.lowest === needed.highest
      ? "8"
      : `${needed.lowest} to ${needed.highest}`;
  return { version: version || "of any version", host: context.host.agentName, needed: text };
}

/** cordova-android from 10 puts JAVA_HOME first; older ones believe the `javac` on PATH. */
async function jdkMajor(context: JobContext, platformMajor: number): Promise<number | undefined> {
  const environment = hostEnvironment(context);
  const home = environment["CORDOVA_JAVA_HOME"] ?? environment["JAVA_HOME"];
  const fromHome = home && platformMajor >= 10 ? jdkOfHome(home)?.version : undefined;
  if (fromHome) return majorOf(fromHome);
  const path = home ? `${environment["PATH"] ?? ""}:${home}/bin` : (environment["PATH"] ?? "");
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
