import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { entryPaths } from "../../protocol/cache-entries.ts";
import type { CacheKind, CacheUse } from "../../protocol/cache-use.ts";
import type { StepId } from "../../protocol/steps.ts";
import type { JobContext } from "../job/context.ts";
import { known } from "../job/findings.ts";
import type { CacheDesk } from "./cache-desk.ts";
import { cacheFolders } from "./job-folders.ts";
import { type KeyWords, lockWords } from "./key.ts";

export type ToolHome = "npm" | "gradle" | "cocoapods";

/** What each tool keeps only while it runs, or what is the host's own and none of a build's. */
const LEAVE: Readonly<Record<ToolHome, RegExp>> = {
  npm: /^(_logs|_npx|_update-notifier-last-checked|_cacache\/tmp)(\/|$)/,
  gradle:
    /^(daemon|workers|notifications|\.tmp|init\.d|init\.gradle(\.kts)?|gradle\.properties|caches\/journal-1|caches\/modules-2\/[^/]*\.lock|.*\/gc\.properties)(\/|$)/,
  cocoapods: /^$/,
};

/** A home that a tool of this job has used. */
export interface UsedHome {
  kind: ToolHome;
  words: KeyWords;
  use: CacheUse;
  /** What the step took when the home was empty, as far as that is known. */
  emptyMs: number | undefined;
}

/** Fills the home from the entry of the same lock file, or from the latest, which is a start. */
export async function restoreHome(
  context: JobContext,
  desk: CacheDesk,
  kind: ToolHome,
  step: StepId,
): Promise<UsedHome> {
  const words = { ...(await lockWords(context)), ...toolWords(context, kind) };
  const target = cacheFolders(context.host)[kind];
  const { use, header } = await desk.restore({ kind, step, words, target, olderToo: true });
  mkdirSync(target, { recursive: true });
  if (kind === "gradle") settleGradle(context, target);
  return { kind, words, use, emptyMs: header?.tookMs };
}

/** Moves the home out of the job's folder, when there isn't an entry of the same lock file. Nothing may use it any more. */
export async function keepHome(context: JobContext, desk: CacheDesk, used: UsedHome, stepMs: number): Promise<void> {
  const { kind, words, use } = used;
  if (use.result === "hit") return;
  const { folder, about } = await desk.place(kind, words);
  const staged = desk.stage();
  renameSync(cacheFolders(context.host)[kind], entryPaths(staged).tree);
  const leave = (path: string) => LEAVE[kind].test(path);
  await desk.keep({ staged, folder, about: { ...about, tookMs: used.emptyMs ?? Math.round(stepMs) }, leave });
}

/** The variables by which the tools find their homes. */
export function homeVariables(context: JobContext, wants: (kind: CacheKind) => boolean): Record<string, string> {
  const folders = cacheFolders(context.host);
  const { platform } = context.spec;
  return {
    ...(wants("npm") ? { npm_config_cache: folders.npm } : {}),
    ...(wants("gradle") && platform === "android" ? { GRADLE_USER_HOME: folders.gradle } : {}),
    ...(wants("cocoapods") && platform === "ios"
      ? { CP_HOME_DIR: join(folders.cocoapods, "home"), CP_CACHE_DIR: join(folders.cocoapods, "cache") }
      : {}),
  };
}

function toolWords(context: JobContext, kind: ToolHome): KeyWords {
  if (kind !== "gradle") return {};
  const java = [context.host.environment, ...context.found.tools].map((each) => each["JAVA_HOME"]);
  return { java: java.findLast((home) => home !== undefined) ?? "", platform: context.found.platformVersion ?? "" };
}

const OWN_SETTINGS = ["gradle.properties", "init.gradle", "init.gradle.kts", "init.d"];

/** What the operator says in the home that builds would have without this one goes on to count. */
function settleGradle(context: JobContext, home: string): void {
  const usual = context.host.environment["GRADLE_USER_HOME"];
  for (const name of usual === undefined ? [] : OWN_SETTINGS) {
    const from = join(usual as string, name);
    if (existsSync(from)) cpSync(from, join(home, name), { recursive: true, dereference: true });
  }
  const file = join(home, "gradle.properties");
  const project = join(known(context.found, "appFolder"), "platforms", "android", "gradle.properties");
  const [said, ofProject] = [file, project].map((each) => (existsSync(each) ? readFileSync(each, "utf8") : ""));
  if (/^\s*org\.gradle\.caching\b/m.test(`${said}\n${ofProject}`)) return;
  writeFileSync(file, `${said}\norg.gradle.caching=true\n`);
}
