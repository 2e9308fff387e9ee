import { copyFileSync, existsSync, lstatSync, mkdirSync, readFileSync, renameSync } from "node:fs";
import { join } from "node:path";
import { entryPaths } from "../../protocol/cache-entries.ts";
import { choosePackageManager } from "../install/package-manager.ts";
import type { JobContext } from "../job/context.ts";
import { type CordovaTools, known } from "../job/findings.ts";
import { findGradle } from "../toolchain/gradle.ts";
import type { CacheDesk } from "./cache-desk.ts";
import { copyFile } from "./copy-file.ts";
import { copyTree } from "./copy-tree.ts";
import { cacheFolders } from "./job-folders.ts";
import { NotKept } from "./keep-entry.ts";
import { digests, installWords, isLocal, type KeyWords, treeOfCommit } from "./key.ts";
import { firstChanged, firstNew, readTree, type Tree } from "./tree.ts";

const KIND = "platforms";
/** Files of the app that `cordova platform add` may rewrite. */
const REWRITTEN = ["package.json", "package-lock.json", "config.xml"];
/** The web app is copied anew by each build. */
const WWW = /^(android\/(app\/src\/main\/)?assets\/www|ios\/www)(\/|$)/;
/** With the wrapper there, cordova needn't start Gradle to make it. Of cordova-android 8 to 12. */
const WRAPPER = [
  "gradlew",
  "gradlew.bat",
  "gradle/wrapper/gradle-wrapper.jar",
  "gradle/wrapper/gradle-wrapper.properties",
];
/** A larger file is none that a path is written into. */
const TEXT_BYTES = 2 ** 20;

export interface MissedPlatform {
  words: KeyWords;
  before: Tree;
  modules: string;
}

export interface NotedPlatform {
  words: KeyWords;
  tookMs: number;
  staged: string;
}

/** Restores what `cordova platform add` made. */
export async function restorePlatform(
  context: JobContext,
  desk: CacheDesk,
  asked: { cordova: CordovaTools; spec: string },
): Promise<"restored" | MissedPlatform | undefined> {
  const app = known(context.found, "appFolder");
  if (existsSync(join(app, "platforms")) || existsSync(join(app, "plugins"))) return undefined;
  const words = await platformWords(context, asked);
  if (!words) return undefined;
  const target = cacheFolders(context.host).platforms;
  const { use, header } = await desk.restore({ kind: KIND, step: "platform", words, target, olderToo: false });
  desk.report("platform", { ...use, savedMs: header ? Math.max(0, header.tookMs - use.tookMs) : 0 });
  if (!header) return { words, before: await restOfCheckout(context), modules: modulesMark(context) };
  for (const name of ["platforms", "plugins"]) {
    if (existsSync(join(target, name))) renameSync(join(target, name), join(app, name));
  }
  for (const name of REWRITTEN) if (existsSync(join(target, name))) copyFileSync(join(target, name), join(app, name));
  return "restored";
}

/** Copies what was added, before the build goes on to change it. Undefined, and told, when a copy would not do for it. */
export async function notePlatform(
  context: JobContext,
  desk: CacheDesk,
  missed: MissedPlatform,
  tookMs: number,
): Promise<NotedPlatform | undefined> {
  const app = known(context.found, "appFolder");
  const after = await restOfCheckout(context);
  const also = firstChanged(missed.before, after) ?? firstNew(missed.before, after);
  if (also !== undefined || modulesMark(context) !== missed.modules) {
    desk.say(`platforms/ isn't kept: adding the platform also changed ${also ?? "node_modules"}`);
    return undefined;
  }
  const staged = desk.stage();
  for (const name of ["platforms", "plugins"]) {
    const folder = join(app, name);
    const leave = name === "platforms" ? (path: string) => WWW.test(path) : () => false;
    if (existsSync(folder)) await copyTree(folder, staged, await readTree(folder, leave), name);
  }
  for (const name of REWRITTEN) if (isFile(join(app, name))) copyInto(app, staged, name);
  return { words: missed.words, tookMs, staged };
}

/** `wrapper`: the build came so far that the wrapper is whole. Throws NotKept. */
export async function keepPlatform(
  context: JobContext,
  desk: CacheDesk,
  noted: NotedPlatform,
  wrapper: boolean,
): Promise<void> {
  const { staged, tookMs } = noted;
  const { folder, about } = await desk.place(KIND, noted.words);
  const { tree } = entryPaths(staged);
  if (wrapper)
    addWrapper(join(known(context.found, "appFolder"), "platforms", "android"), join(tree, "platforms", "android"));
  const { files } = await readTree(tree);
  const named = files.find(({ path, size }) => {
    return size <= TEXT_BYTES && readFileSync(join(tree, path)).includes(context.host.worktree);
  });
  if (named) throw new NotKept(`${named.path} names the folder of this build`);
  await desk.keep({ staged, folder, about: { ...about, tookMs } });
}

async function platformWords(context: JobContext, asked: { cordova: CordovaTools; spec: string }) {
  const app = known(context.found, "app");
  const install = await installWords(context, choosePackageManager(app));
  if (!install) return undefined;
  const { cordova, spec } = asked;
  const gradle = findGradle(context.host.environment)?.version ?? "";
  const files = await digests(context, REWRITTEN);
  return { ...install, cordova: cordova.version, spec, gradle, rewritten: files, hooks: await ownCode(context) };
}

/** Hooks and plugins of the app itself may read any of its files. */
async function ownCode(context: JobContext): Promise<string> {
  const { entries, widget } = known(context.found, "app");
  const config = readFileSync(join(known(context.found, "appFolder"), "config.xml"), "utf8");
  const local = Object.values(widget?.pluginSpecs ?? {}).some(isLocal);
  return entries.has("hooks") || /<hook\b/.test(config) || local ? await treeOfCommit(context) : "";
}

function restOfCheckout(context: JobContext): Promise<Tree> {
  const { subfolder } = context.found;
  const own = ["node_modules", "platforms", "plugins", ...REWRITTEN];
  const left = new Set(own.map((name) => (subfolder === "" ? name : `${subfolder}/${name}`)));
  return readTree(context.host.worktree, (path) => path === ".git" || left.has(path));
}

/** Another one when npm changed what is installed. */
function modulesMark(context: JobContext): string {
  const folder = join(known(context.found, "appFolder"), "node_modules");
  const times = [folder, join(folder, ".package-lock.json")].map(
    (path) => lstatSync(path, { throwIfNoEntry: false })?.mtimeMs,
  );
  return times.join(" ");
}

function addWrapper(from: string, to: string): void {
  if (!WRAPPER.every((name) => isFile(join(from, name))) || existsSync(join(to, "gradlew"))) return;
  mkdirSync(join(to, "gradle", "wrapper"), { recursive: true });
  for (const name of WRAPPER) {
    const { mode, mtimeMs } = lstatSync(join(from, name));
    copyFile(join(from, name), join(to, name), "copy", mode & 0o777, mtimeMs);
  }
}

function copyInto(app: string, staged: string, name: string): void {
  const { mode, mtimeMs } = lstatSync(join(app, name));
  const { tree } = entryPaths(staged);
  mkdirSync(tree, { recursive: true });
  copyFile(join(app, name), join(tree, name), "copy", mode & 0o777, mtimeMs);
}

function isFile(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}
