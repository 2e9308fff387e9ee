import {
  appendFileSync,
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { BrokenEntry } from "../../../../src/build/caches/entry-list.ts";
import { keepEntry, NotKept } from "../../../../src/build/caches/keep-entry.ts";
import { restoreEntry } from "../../../../src/build/caches/restore-entry.ts";
import { readTree } from "../../../../src/build/caches/tree.ts";
import { entryPaths, findEntries, readHeader } from "../../../../src/protocol/cache-entries.ts";

const ABOUT = { kind: "node-modules", key: "k", app: { id: "a", name: "Shop" }, scope: "default", tookMs: 9 } as const;
const noCheck = () => {};

interface Ground {
  folder: string;
  entry: string;
  stage(name?: string): string;
}

function ground(): Ground {
  const folder = mkdtempSync(join(tmpdir(), "millwright-entry-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const entry = join(folder, "entries", "a", "default", "node-modules", "k");
  return { folder, entry, stage: (name = "1") => makeTree(join(folder, "storing", name)) };
}

/** An entry in the making with a tree of all that there is. */
function makeTree(staged: string): string {
  const { tree } = entryPaths(staged);
  mkdirSync(join(tree, "one", "deep"), { recursive: true });
  mkdirSync(join(tree, "empty"));
  writeFileSync(join(tree, "one", "package.json"), "{}");
  writeFileSync(join(tree, "one", "deep", "large.bin"), Buffer.alloc(9 * 2 ** 20, 7));
  writeFileSync(join(tree, "one", "run.sh"), "#!/bin/sh\n");
  chmodSync(join(tree, "one", "run.sh"), 0o755);
  utimesSync(join(tree, "one", "package.json"), 499162500, 499162500);
  symlinkSync("one/run.sh", join(tree, "run"));
  return staged;
}

async function keep({ stage, entry }: Ground) {
  return await keepEntry({ staged: stage(), folder: entry, about: ABOUT, maxBytes: 2 ** 30 });
}

test("what is restored is what was kept: bytes, modes, times, links, empty folders", async () => {
  const place = ground();
  const header = await keep(place);
  expect(header).toMatchObject({ files: 3, app: { name: "Shop" }, scope: "default" });
  expect(existsSync(join(place.folder, "storing", "1"))).toBe(false);
  const target = join(place.folder, "restored");
  await restoreEntry(place.entry, target, noCheck);
  expect(readFileSync(join(target, "one", "deep", "large.bin")).equals(Buffer.alloc(9 * 2 ** 20, 7))).toBe(true);
  expect(lstatSync(join(target, "one", "run.sh")).mode & 0o777).toBe(0o755);
  expect(lstatSync(join(target, "one", "package.json")).mtimeMs).toBe(499162500_000);
  expect(readlinkSync(join(target, "run"))).toBe("one/run.sh");
  expect(readdirSync(join(target, "empty"))).toEqual([]);
  // A build may write to what it got: the entry must not be the same file.
  appendFileSync(join(target, "one", "package.json"), " ");
  expect(readFileSync(join(entryPaths(place.entry).tree, "one", "package.json"), "utf8")).toBe("{}");
});

const DAMAGES: [string, (entry: string) => void, RegExp][] = [
  ["a truncated file", (entry) => truncateSync(join(entry, "tree/one/deep/large.bin"), 100), /large.bin was changed/],
  ["a changed file", (entry) => writeFileSync(join(entry, "tree/one/package.json"), "[]"), /package.json was changed/],
  ["a missing file", (entry) => rmSync(join(entry, "tree/one/run.sh")), /run.sh can't be read: ENOENT/],
  ["a link in place of a file", linkInstead, /can't be read: ELOOP/],
  ["a truncated list", (entry) => truncateSync(join(entry, "list.json"), 20), /list of files was changed/],
  ["a missing list", (entry) => rmSync(join(entry, "list.json")), /list of files can't be read/],
  ["a truncated header", (entry) => truncateSync(join(entry, "entry.json"), 20), /header can't be read/],
  ["no header", (entry) => rmSync(join(entry, "entry.json")), /header can't be read/],
];

function linkInstead(entry: string): void {
  rmSync(join(entry, "tree/one/run.sh"));
  symlinkSync("/etc/hostname", join(entry, "tree/one/run.sh"));
}

test.each(DAMAGES)("an entry with %s isn't restored, and leaves nothing", async (_, damage, reason) => {
  const place = ground();
  await keep(place);
  damage(place.entry);
  const target = join(place.folder, "restored");
  const broken = await restoreEntry(place.entry, target, noCheck).catch((error: unknown) => error);
  expect(broken).toBeInstanceOf(BrokenEntry);
  expect((broken as Error).message).toMatch(reason);
  expect(existsSync(target)).toBe(false);
});

test("a list that names a file outside of the entry is refused, also with the right digest", async () => {
  const place = ground();
  await keep(place);
  const { hash } = await import("node:crypto");
  const list = JSON.stringify({ folders: [], files: [["../../outside", 0o644, 0, 1, "0"]], links: [] });
  writeFileSync(join(place.entry, "list.json"), list);
  const header = { ...readHeader(place.entry), listSha256: hash("sha256", list) };
  writeFileSync(join(place.entry, "entry.json"), JSON.stringify(header));
  await expect(restoreEntry(place.entry, join(place.folder, "restored"), noCheck)).rejects.toThrow(/outside of itself/);
});

test("what changed since it was noted isn't kept, and what came since is left out", async () => {
  const place = ground();
  const staged = place.stage();
  const { tree } = entryPaths(staged);
  const noted = await readTree(tree);
  mkdirSync(join(tree, ".cache", "babel"), { recursive: true });
  writeFileSync(join(tree, ".cache", "babel", "one"), "later");
  writeFileSync(join(tree, "one", "later.js"), "later");
  await keepEntry({ staged, folder: place.entry, about: ABOUT, noted, maxBytes: 2 ** 30 });
  expect(readdirSync(entryPaths(place.entry).tree).sort()).toEqual(["empty", "one", "run"]);
  expect(existsSync(join(entryPaths(place.entry).tree, "one", "later.js"))).toBe(false);

  const again = place.stage("2");
  const before = await readTree(entryPaths(again).tree);
  const file = join(entryPaths(again).tree, "one", "package.json");
  writeFileSync(file, "[]");
  utimesSync(file, 499162500, 499162500); // same size, and the time set back
  const kept = keepEntry({ staged: again, folder: `${place.entry}2`, about: ABOUT, noted: before, maxBytes: 2 ** 30 });
  await expect(kept).rejects.toThrow(new NotKept("the build changed one/package.json"));
  expect(existsSync(`${place.entry}2`)).toBe(false);
});

test("what is larger than an entry may be isn't kept", async () => {
  const place = ground();
  const kept = keepEntry({ staged: place.stage(), folder: place.entry, about: ABOUT, maxBytes: 2 ** 20 });
  await expect(kept).rejects.toThrow(/larger than caches.maxEntry/);
});

test("an entry that is there stays, and the second one's work goes", async () => {
  const place = ground();
  await keep(place);
  const { createdAtMs } = readHeader(place.entry) ?? { createdAtMs: 0 };
  await keepEntry({ staged: place.stage("2"), folder: place.entry, about: ABOUT, maxBytes: 2 ** 30 });
  expect(readHeader(place.entry)?.createdAtMs).toBe(createdAtMs);
  expect(existsSync(join(place.folder, "storing", "2"))).toBe(false);
  expect(findEntries(join(place.folder, "entries"))).toHaveLength(1);
});

test("files that another place has a link to are kept as files of their own", async () => {
  const place = ground();
  const staged = place.stage();
  const { linkSync } = await import("node:fs");
  const store = join(place.folder, "store");
  linkSync(join(entryPaths(staged).tree, "one", "package.json"), store);
  await keepEntry({ staged, folder: place.entry, about: ABOUT, maxBytes: 2 ** 30 });
  writeFileSync(store, "poison");
  await restoreEntry(place.entry, join(place.folder, "restored"), noCheck);
  expect(readFileSync(join(place.folder, "restored", "one", "package.json"), "utf8")).toBe("{}");
});
