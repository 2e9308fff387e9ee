import { existsSync, mkdirSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { entryPaths } from "../../protocol/cache-entries.ts";
import type { PackageManager } from "../install/package-manager.ts";
import type { JobContext } from "../job/context.ts";
import { known } from "../job/findings.ts";
import type { CacheDesk } from "./cache-desk.ts";
import { copyTree } from "./copy-tree.ts";
import { NotKept } from "./keep-entry.ts";
import { installWords, type KeyWords } from "./key.ts";
import { firstChanged, firstNew, readTree, type Tree } from "./tree.ts";

const KIND = "node-modules";

/** A node_modules that wasn't there, and may be kept when the build is over. */
export interface MissedModules {
  words: KeyWords;
  before: Surroundings;
}

/** Where an install may write besides node_modules, as it is at one moment. */
interface Surroundings {
  checkout: Tree;
  /** The build's HOME: browsers of test tools are put there, and no copy of node_modules would bring them. */
  home: Tree;
}

/** Kept when nothing of the build runs any more. */
export interface NotedModules {
  words: KeyWords;
  tookMs: number;
  /** node_modules as the install left it. */
  tree: Tree;
  /** A copy of it, where an earlier build was seen to write into its packages later on. */
  copied: string | undefined;
}

/** Restores node_modules. Answers what to note after an install when there is nothing to restore but could be. */
export async function restoreModules(
  context: JobContext,
  desk: CacheDesk,
  manager: PackageManager,
): Promise<"restored" | MissedModules | undefined> {
  const target = modulesOf(context);
  if (existsSync(target)) return undefined; // part of the commit
  const { commands } = known(context.found, "app");
  if (commands.install !== undefined) {
    desk.say("node_modules isn't kept: nobody can know what the app's own install command does");
    return undefined;
  }
  const words = await installWords(context, manager);
  if (!words) {
    desk.say("node_modules isn't kept: the commit has no lock file");
    return undefined;
  }
  const { use, header } = await desk.restore({ kind: KIND, step: "install", words, target, olderToo: false });
  const savedMs = header ? Math.max(0, header.tookMs - use.tookMs) : 0;
  desk.report("install", { ...use, savedMs });
  return header ? "restored" : { words, before: await surroundings(context) };
}

/**
 * Looks at what an install made. Undefined, and told in the log, when a copy would not do for it: the install wrote into the
 * checkout too, or made something else than files.
 */
export async function noteModules(
  context: JobContext,
  desk: CacheDesk,
  { words, before }: MissedModules,
  tookMs: number,
): Promise<NotedModules | undefined> {
  const folder = modulesOf(context);
  if (!existsSync(folder)) return undefined;
  const also = firstOutside(before, await surroundings(context));
  if (also !== undefined) {
    desk.say(`node_modules isn't kept: the install also wrote ${also}`);
    return undefined;
  }
  const tree = await readTree(folder);
  if (tree.others.length > 0) return undefined;
  const { folder: place } = await desk.place(KIND, words);
  const early = context.host.keepWorktree || existsSync(spoiledMark(place));
  const copied = early ? await copyTree(folder, desk.stage(), tree) : undefined;
  return { words, tookMs, tree, copied };
}

/**
 * Moves node_modules out of the checkout, which nobody needs any more. Throws NotKept when the build wrote to its files since
 * the install, and leaves a mark, so that the next build makes a copy in time.
 */
export async function keepModules(context: JobContext, desk: CacheDesk, noted: NotedModules): Promise<void> {
  const { folder, about } = await desk.place(KIND, noted.words);
  const staged = noted.copied ?? desk.stage();
  try {
    if (noted.copied === undefined) renameSync(modulesOf(context), entryPaths(staged).tree);
    const same = noted.copied === undefined ? { noted: noted.tree } : {};
    await desk.keep({ staged, folder, about: { ...about, tookMs: noted.tookMs }, ...same });
  } catch (error) {
    if (error instanceof NotKept) mark(spoiledMark(folder));
    throw error;
  }
}

function modulesOf(context: JobContext): string {
  return join(known(context.found, "appFolder"), "node_modules");
}

/** What package managers and Node leave in HOME and TMPDIR, which later steps don't miss. */
const OF_TOOLS =
  /^(caches|npm-logs|\.npmrc|\.npm|\.node-gyp|\.config\/configstore|\.cache\/(node-gyp|node|yarn|pnpm)|\.yarn|\.yarnrc\.yml|\.local\/(share|state)\/pnpm|(npm-|xfs-|yarn--|node-compile-cache|v8-compile-cache)[^/]*)(\/|$)/;

async function surroundings({ host, found }: JobContext): Promise<Surroundings> {
  const own = [found.subfolder, "node_modules"].filter((part) => part !== "").join("/");
  return {
    checkout: await readTree(host.worktree, (path) => path === own || path === ".git"),
    home: await readTree(host.scratch, (path) => OF_TOOLS.test(path)),
  };
}

function firstOutside(before: Surroundings, after: Surroundings): string | undefined {
  const inCheckout = firstChanged(before.checkout, after.checkout) ?? firstNew(before.checkout, after.checkout);
  const inHome = firstChanged(before.home, after.home) ?? firstNew(before.home, after.home);
  return inCheckout ?? (inHome === undefined ? undefined : `~/${inHome}`);
}

function spoiledMark(place: string): string {
  return `${place}.copy`;
}

function mark(file: string): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  writeFileSync(file, "");
}
