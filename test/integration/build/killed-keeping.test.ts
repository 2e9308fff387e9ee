import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";
import { restoreEntry } from "../../../src/build/caches/restore-entry.ts";
import { findEntries } from "../../../src/protocol/cache-entries.ts";
import { temporaryFolder } from "./temporary-folder.ts";

/** Keeps one entry after the other, each of 200 files, and says so. */
const KEEPER = `
import { mkdirSync, writeFileSync } from "node:fs";
import { keepEntry } from ${JSON.stringify(resolve("dist/build/caches/keep-entry.js"))};
const [folder, run] = process.argv.slice(2);
for (let n = 0; ; n += 1) {
  const staged = folder + "/storing/" + run + "-" + n;
  mkdirSync(staged + "/tree", { recursive: true });
  for (let file = 0; file < 200; file += 1) writeFileSync(staged + "/tree/" + file, "x".repeat(1000 + file));
  const about = { kind: "npm", key: run + "-" + n, app: { id: "a", name: "a" }, scope: "default", tookMs: 1 };
  await keepEntry({ staged, folder: folder + "/entries/a/default/npm/" + run + "-" + n, about, maxBytes: 2 ** 30 });
  process.stdout.write(n + "\\n");
}`;

test("a supervisor that is killed while it keeps leaves whole entries only", { timeout: 120_000 }, async () => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, "storing"));
  const program = join(folder, "keeper.mjs");
  writeFileSync(program, KEEPER);
  for (let run = 0; run < 12; run += 1) {
    const child = spawn(process.execPath, [program, folder, `r${run}`], { stdio: ["ignore", "pipe", "inherit"] });
    const gone = new Promise((done) => child.once("exit", done));
    await new Promise((done) => child.stdout.once("data", done));
    setTimeout(() => child.kill("SIGKILL"), run * 3);
    await gone;
  }
  const entries = findEntries(join(folder, "entries"));
  expect(entries.length).toBeGreaterThanOrEqual(12);
  for (const [index, { folder: entry, header }] of entries.entries()) {
    expect(header).toMatchObject({ files: 200 });
    await restoreEntry(entry, join(folder, `restored-${index}`), () => {});
  }
  expect(existsSync(join(folder, "storing")) && readdirSync(join(folder, "storing")).length).toBeLessThanOrEqual(12);
});
