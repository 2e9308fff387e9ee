import { createHash } from "node:crypto";
import { readdirSync, readFileSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { currentRelease, readOrder } from "../../../../src/agent/releases/prefix.ts";
import { releaseHost } from "./release-host.ts";

const digestOf = (file: string) => createHash("sha256").update(readFileSync(file)).digest("hex");

test("what isn't the package that was meant is refused before anything is changed", { timeout: 240_000 }, async () => {
  const host = await releaseHost();
  const before = currentRelease(host.paths);
  const daemon = host.service.pid;
  const good = await host.pack("1.1.0");
  const short = join(host.folder, "short.tgz");
  writeFileSync(short, readFileSync(good));
  truncateSync(short, 100_000);
  const beside = join(host.folder, "beside.tgz");
  writeFileSync(beside, readFileSync(good));
  writeFileSync(`${beside}.sha256`, `${digestOf(short)}  beside.tgz\n`);
  writeFileSync(join(host.folder, "text.tgz"), "no archive at all");
  const refused: [file: string, words: string[], what: RegExp][] = [
    [good, ["--sha256", digestOf(short)], /PACKAGE_CHECKSUM_WRONG/],
    [good, ["--sha256", "12ab"], /--sha256 must be 64 hexadecimal digits/],
    [beside, [], /PACKAGE_CHECKSUM_WRONG/],
    [short, [], /PACKAGE_DAMAGED/],
    [short, ["--sha256", digestOf(short)], /PACKAGE_DAMAGED/],
    [join(host.folder, "text.tgz"), [], /PACKAGE_DAMAGED/],
    [join(host.folder, "none.tgz"), [], /PACKAGE_UNREADABLE/],
  ];
  for (const [file, words, what] of refused) {
    const answer = await host.upgrade(file, ...words);
    expect(answer.stderr).toMatch(what);
    expect(answer.code).toBe(2);
  }
  const failing = await host.upgrade(good, "--sha256", digestOf(good), "--restart", "echo no such unit; exit 4");
  expect(failing.code).toBe(5);
  expect(failing.stderr).toMatch(/AGENT_NOT_RESTARTED/);
  expect(failing.stderr).toContain("no such unit");
  expect([currentRelease(host.paths), readOrder(host.paths)]).toEqual([before, undefined]);
  expect(readdirSync(host.paths.releases).filter((name) => name.startsWith("."))).toEqual([]);
  expect(host.service.pid).toBe(daemon);
  await host.runs("1.0.0");
});
