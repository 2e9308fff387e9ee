import { createHash } from "node:crypto";
import { existsSync, linkSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { errorOf } from "../../base/errors/millwright-error.ts";
import { writeFileAtomically } from "../../base/files.ts";
import { newId, newSecret } from "../../base/ids.ts";
import { systemClock } from "../../base/time/clock.ts";
import { tokenOfFile } from "../secrets/tokens.ts";
import type { Store } from "../store/store.ts";

const NAMES = ["signing.key", "agent.token", "admin.token"] as const;
export type SharedFiles = Record<(typeof NAMES)[number], string>;

const OTHERS = "Its hash is not the one that the store has of the others'.";
/** In a folder that controllers have in common. */
const MARK = ".millwright-store";

/** The files of a controller that is alone on its store; made when there are none. */
export function ownFiles(folder: string): SharedFiles {
  return Object.fromEntries(NAMES.map((name) => [name, tokenOfFile(join(folder, name))])) as SharedFiles;
}

/**
 * What is in the files that all controllers on a store must have in common; a store that knows none gets new ones. The store
 * holds their hashes: a job token that one controller signed must be good with the others. With `replace` the files that are
 * there become the common ones. Throws REPLICA_DIFFERS.
 */
export async function sharedFiles(store: Store, folder: string, replace: boolean): Promise<SharedFiles> {
  const all: Partial<SharedFiles> = {};
  for (const name of NAMES) {
    const file = join(folder, name);
    const known = await store.facts.find(name);
    if (known !== undefined && !replace && !existsSync(file)) {
      throw errorOf("REPLICA_DIFFERS", { file, reason: "There is none, and the controllers on this store have one." });
    }
    const value = madeOnce(file, newSecret);
    const hash = createHash("sha256").update(value).digest("hex");
    if (replace) await store.facts.replace(name, hash, systemClock.now());
    else if ((await store.facts.keep(name, hash)) !== hash) throw errorOf("REPLICA_DIFFERS", { file, reason: OTHERS });
    all[name] = value;
  }
  return all as SharedFiles;
}

/**
 * Whether a folder is the one that the other controllers on this store have under that name: a mark in it says so. The first
 * one to look makes the mark.
 */
export async function isSharedFolder(store: Store, name: string, folder: string): Promise<boolean> {
  const fact = `folder ${name}`;
  const file = join(folder, MARK);
  const known = await store.facts.find(fact);
  if (known !== undefined) return existsSync(file) && readFileSync(file, "utf8").trim() === known;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const mark = madeOnce(file, () => newId("m"));
  return (await store.facts.keep(fact, mark)) === mark;
}

/** Throws REPLICA_FOLDER_DIFFERS. */
export async function refuseOtherFolder(store: Store, name: string, folder: string): Promise<void> {
  if (!(await isSharedFolder(store, name, folder))) throw errorOf("REPLICA_FOLDER_DIFFERS", { folder });
}

/** What is in a file that is made when there is none; of several who make it at once one does. */
function madeOnce(file: string, make: () => string): string {
  if (!existsSync(file)) {
    const mine = `${file}.${newId("n")}`;
    writeFileAtomically(mine, `${make()}\n`);
    try {
      linkSync(mine, file); // unlike a rename it overwrites nothing
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    } finally {
      rmSync(mine);
    }
  }
  return readFileSync(file, "utf8").trim();
}
