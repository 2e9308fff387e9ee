import { existsSync, mkdirSync, truncateSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { clean } from "../../../../src/agent/disk/clean.ts";
import { keepEntry } from "../../../../src/build/caches/keep-entry.ts";
import type { CacheKind } from "../../../../src/protocol/cache-use.ts";
import { RunningCli } from "../../cli/run-cli.ts";
import { CleanGround, DAY } from "./clean-ground.ts";

interface Wanted {
  app: string;
  kind: CacheKind;
  daysAgo: number;
  bytes?: number;
}

/** An entry as a supervisor keeps it; answers its folder. */
async function entry(ground: CleanGround, { app, kind, daysAgo, bytes = 10_000 }: Wanted): Promise<string> {
  const staged = join(ground.work, "storing", "l00000000000000aa", "1");
  mkdirSync(join(staged, "tree"), { recursive: true });
  writeFileSync(join(staged, "tree", "file"), Buffer.alloc(bytes, 7));
  const folder = join(ground.work, "caches", "entries", `a-${app}`, "default-0", kind, `key-${app}-${kind}`);
  const about = { kind, key: "k", app: { id: `a-${app}`, name: app }, scope: "default", tookMs: 1 };
  await keepEntry({ staged, folder, about, maxBytes: 2 ** 30 });
  const at = new Date(Date.now() - daysAgo * DAY);
  utimesSync(join(folder, "entry.json"), at, at);
  return folder;
}

const gone = (folders: string[]) => folders.map((folder) => !existsSync(folder));

test("entries go by age, then the longest unused until all is within the limit, and until enough is free", async () => {
  const ground = new CleanGround();
  const folders = [
    await entry(ground, { app: "old", kind: "npm", daysAgo: 40 }),
    await entry(ground, { app: "shop", kind: "gradle", daysAgo: 9 }),
    await entry(ground, { app: "shop", kind: "node-modules", daysAgo: 3 }),
    await entry(ground, { app: "shop", kind: "platforms", daysAgo: 1 }),
  ];
  const plain = await clean(ground.settings(), { dryRun: false });
  expect(plain.removed).toMatchObject([{ kind: "npm", why: "old", bytes: 10_000 }]);
  expect(gone(folders)).toEqual([true, false, false, false]);

  // Also while builds run: one that reads an entry goes on without it.
  ground.job("l0123456789abcdef");
  await clean(ground.settings({}, { maxCacheBytes: 20_000 }), { dryRun: false });
  expect(gone(folders)).toEqual([true, true, false, false]);
  const space = await clean(ground.settings({}, { cleanBelowBytes: 2 ** 60 }), { dryRun: false });
  expect(space.removed.map(({ kind, why }) => `${kind} ${why}`)).toEqual(["node-modules space", "platforms space"]);
});

test("an entry that can't be read goes, and what a killed supervisor was about to keep goes with its lease", async () => {
  const ground = new CleanGround();
  const damaged = await entry(ground, { app: "shop", kind: "npm", daysAgo: 1 });
  truncateSync(join(damaged, "entry.json"), 5);
  ground.folder("storing/lfedcba9876543210/1/tree", 1);
  for (const path of ["/1", ""]) ground.age(join(ground.work, `storing/lfedcba9876543210${path}`), 1);
  const report = await clean(ground.settings(), { dryRun: false });
  expect(report.failed).toEqual([]);
  expect(existsSync(damaged)).toBe(false);
  expect(existsSync(join(ground.work, "storing/lfedcba9876543210"))).toBe(false);
});

test("millwright agent cache lists what is kept and prunes what is named", async () => {
  const ground = new CleanGround();
  const shop = await entry(ground, { app: "shop", kind: "gradle", daysAgo: 9 });
  const other = await entry(ground, { app: "other", kind: "npm", daysAgo: 1 });
  ground.folder("mirrors/cafe.git", 3);
  const config = join(ground.top, "agent.config.yaml");
  writeFileSync(config, "workFolder: work\n");
  const cache = async (...words: string[]) => {
    const cli = new RunningCli(["agent", "cache", ...words, "--config", config, "--json"], { folder: ground.top });
    expect(await cli.exitCode, cli.stderr).toBe(0);
    return JSON.parse(cli.stdout.toString()) as Record<string, unknown>;
  };
  expect(await cache("list")).toMatchObject({
    caches: [
      { kind: "gradle", app: "shop", scope: "default", bytes: 10_000, files: 1, path: shop },
      { kind: "mirrors", app: "" },
      { kind: "npm", app: "other", path: other },
    ],
  });
  expect(await cache("prune", "--older-than", "7d", "--dry-run")).toMatchObject({ removed: [{ path: shop }] });
  expect(gone([shop, other])).toEqual([false, false]);
  expect(await cache("prune", "--app", "other")).toMatchObject({ removed: [{ path: other }], removedBytes: 10_000 });
  expect(gone([shop, other])).toEqual([false, true]);
  await cache("prune");
  expect(existsSync(shop)).toBe(false);
  expect(ground.names("mirrors").filter((name) => name.endsWith(".git"))).toEqual([]);

  const wrong = new RunningCli(["agent", "cache", "list", "--config", config, "--kind", "npn"], { folder: ground.top });
  expect(await wrong.exitCode).toBe(2);
  expect(wrong.stderr).toContain("npm");
});
