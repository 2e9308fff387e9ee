import { join } from "node:path";
import { run } from "../../base/processes/run.ts";
import { which } from "../../base/processes/which.ts";
import { isAtLeast } from "../../protocol/target-platform.ts";
import type { XcodeApp } from "./xcode-app.ts";

/** Why builds can't use an Xcode that is there. */
export interface XcodeTrouble {
  kind: "licence" | "first-launch" | "ios-platform" | "unusable";
  /** What xcodebuild said, or a sentence of our own; for people. */
  said: string;
}

/** A cold Xcode may take long for its first word. */
const ANSWER_MS = 20_000;
/** xcodebuild's exit code for "not set up yet" (EX_UNAVAILABLE): of the licence as of -checkFirstLaunchStatus. */
const NOT_SET_UP = 69;
/** From this Xcode on the iOS platform is a download of its own. */
const PLATFORM_APART = "15.0";

/**
 * Asks an Xcode whether its licence is accepted, its first launch done and its iOS platform installed, with DEVELOPER_DIR
 * and the environment of builds: the PATH says which xcodebuild is asked. Undefined when builds can use it. Never rejects;
 * the answer means nothing once `signal` has aborted.
 */
export async function troubleOf(
  app: XcodeApp,
  environment: Readonly<Record<string, string>>,
  signal?: AbortSignal,
): Promise<XcodeTrouble | undefined> {
  if (app.sdks.length === 0) return { kind: "ios-platform", said: "It has no iPhoneOS.platform." };
  const asked = (program: string, ...args: string[]) => ask({ app, environment, signal, program, args });
  const [version, firstLaunch, runtimes] = await Promise.all([
    asked("xcodebuild", "-version"),
    asked("xcodebuild", "-checkFirstLaunchStatus"),
    isAtLeast(app.version, PLATFORM_APART) ? asked("xcrun", "simctl", "list", "runtimes", "--json") : undefined,
  ]);
  return versionTrouble(version) ?? firstLaunchTrouble(firstLaunch) ?? (runtimes && platformTrouble(app, runtimes));
}

/** What an Xcode's trouble is, and what ends it, in a sentence or two for lists and reports. */
export function describeTrouble({ kind, said }: XcodeTrouble): string {
  switch (kind) {
    case "licence":
      return "its licence is not accepted (sudo xcodebuild -license accept)";
    case "first-launch":
      return "its first launch was not done (sudo xcodebuild -runFirstLaunch)";
    case "ios-platform":
      return "its iOS platform is not installed (xcodebuild -downloadPlatform iOS)";
    default:
      return `it doesn't run: ${said}`;
  }
}

interface Question {
  app: XcodeApp;
  environment: Readonly<Record<string, string>>;
  signal: AbortSignal | undefined;
  program: string;
  args: string[];
}

interface Answer {
  code: number | undefined;
  stdout: string;
  stderr: string;
  /** There is no such program, or it didn't answer in time. */
  failed?: string;
}

function versionTrouble({ code, stdout, stderr, failed }: Answer): XcodeTrouble | undefined {
  if (failed) return { kind: "unusable", said: failed };
  if (code === 0) return undefined;
  const said = firstLine(`${stderr}\n${stdout}`) || `xcodebuild -version ended with exit code ${code ?? "unknown"}`;
  const licence = code === NOT_SET_UP || /\blicen[cs]e\b/i.test(said);
  return { kind: licence ? "licence" : "unusable", said };
}

/** Any other code is of an Xcode that doesn't know the question yet. */
function firstLaunchTrouble({ code, stdout, stderr }: Answer): XcodeTrouble | undefined {
  if (code !== NOT_SET_UP) return undefined;
  const said = firstLine(`${stderr}\n${stdout}`);
  return { kind: "first-launch", said: said || `xcodebuild -checkFirstLaunchStatus ended with exit code ${code}.` };
}

/** Without any iOS runtime even builds for devices end with "iOS … is not installed". An unclear answer is no trouble. */
function platformTrouble(app: XcodeApp, { code, stdout }: Answer): XcodeTrouble | undefined {
  if (code !== 0) return undefined;
  const has = hasIosRuntime(stdout);
  return has === false
    ? { kind: "ios-platform", said: `It has the SDK of iOS ${app.sdks[0]}, and no iOS runtime.` }
    : undefined;
}

function hasIosRuntime(json: string): boolean | undefined {
  try {
    const { runtimes } = JSON.parse(json) as { runtimes?: { identifier?: string; isAvailable?: boolean }[] };
    return runtimes?.some((each) => each.identifier?.includes(".iOS-") && each.isAvailable !== false);
  } catch {
    return undefined;
  }
}

/** A program of PATH (Apple's /usr/bin/xcodebuild goes by DEVELOPER_DIR), else the Xcode's own. */
async function ask({ app, environment, signal, program, args }: Question): Promise<Answer> {
  const command = which(program, environment["PATH"] ?? "") ?? join(app.developerDir, "usr", "bin", program);
  const said = { stdout: "", stderr: "" };
  const limit = AbortSignal.timeout(ANSWER_MS);
  const exit = await run({
    command,
    args,
    cwd: "/",
    environment: { ...environment, DEVELOPER_DIR: app.developerDir },
    signal: signal ? AbortSignal.any([signal, limit]) : limit,
    graceMs: 500,
    onOutput: (stream, bytes) => {
      said[stream] += bytes.toString();
    },
  });
  const words = [program, ...args].join(" ");
  if (exit.failedToStart)
    return { ...said, code: undefined, failed: `${program} was not found (${exit.failedToStart}).` };
  if (limit.aborted)
    return { ...said, code: undefined, failed: `${words} gave no answer within ${ANSWER_MS / 1000} s.` };
  return { ...said, code: exit.exitCode };
}

function firstLine(text: string): string {
  return (
    text
      .split("\n")
      .find((line) => line.trim() !== "")
      ?.trim() ?? ""
  );
}
