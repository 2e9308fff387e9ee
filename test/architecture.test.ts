import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";

const MOST_LINES = 300;
const MOST_MEDIAN = 80;

function sourceFiles(folder = "src"): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => /\.tsx?$/.test(name) && !name.startsWith("protocol/generated"))
    .map((name) => join(folder, name));
}

function lines(file: string): number {
  return readFileSync(file, "utf8").split("\n").length - 1;
}

/** What dependency-cruiser has against the imports of a folder that holds a `src`. */
function violations(folder: string): string[] {
  const config = join(process.cwd(), "test/imports.config.cjs");
  const program = join(process.cwd(), "node_modules/dependency-cruiser/bin/dependency-cruise.mjs");
  const args = [program, "--config", config, "--output-type", "json", "src"];
  const text = execFileSync(process.execPath, args, { cwd: folder, encoding: "utf8", maxBuffer: 64 * 2 ** 20 });
  const report = JSON.parse(text) as {
    summary: { violations: { rule: { name: string }; from: string; to: string }[] };
  };
  return report.summary.violations.map(({ rule, from, to }) => `${rule.name}: ${from} → ${to}`);
}

test("imports go one way: cli → controller | agent → build → credentials → protocol → base, without circles", () => {
  expect(violations(".")).toEqual([]);
});

test("an import that goes the wrong way is found", () => {
  const folder = mkdtempSync(join(tmpdir(), "millwright-imports-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const planted = {
    "base/a.ts": 'import { b } from "../protocol/b.ts";\nexport const a = b;\n',
    "protocol/b.ts": "export const b = 1;\n",
    "agent/c.ts": 'import { d } from "../controller/d.ts";\nexport const c = d;\n',
    "controller/d.ts": 'import { e } from "../build/e.ts";\nexport const d = e;\n',
    "build/e.ts": 'import { f } from "./f.ts";\nexport const e = f;\n',
    "build/f.ts": 'import { e } from "./e.ts";\nexport const f = () => e;\n',
    "page/h.tsx":
      'import { b } from "../protocol/b.ts";\nimport { d } from "../controller/d.ts";\nexport const h = [b, d];\n',
    "agent/g.ts": 'import { e } from "../build/e.ts";\nexport const g = e;\n',
  };
  for (const [name, text] of Object.entries(planted)) {
    mkdirSync(join(folder, "src", name, ".."), { recursive: true });
    writeFileSync(join(folder, "src", name), text);
  }
  for (const name of ["tsconfig.json", "node_modules"]) symlinkSync(join(process.cwd(), name), join(folder, name));
  expect(violations(folder).sort()).toEqual([
    "agent-knows-only-the-toolchain: src/agent/g.ts → src/build/e.ts",
    "no-circles: src/build/e.ts → src/build/f.ts",
    "the-agent-never-imports-the-controller: src/agent/c.ts → src/controller/d.ts",
    "the-controller-never-imports-build-or-agent: src/controller/d.ts → src/build/e.ts",
    "the-ground-imports-nothing-above: src/base/a.ts → src/protocol/b.ts",
    "the-page-runs-in-browsers: src/page/h.tsx → src/controller/d.ts",
  ]);
});

test(`no file has more than ${MOST_LINES} lines, and half of them at most ${MOST_MEDIAN}`, () => {
  const counted = sourceFiles().map((file) => ({ file, count: lines(file) }));
  expect(counted.filter(({ count }) => count > MOST_LINES)).toEqual([]);
  const sorted = counted.map(({ count }) => count).sort((a, b) => a - b);
  expect(sorted[Math.floor(sorted.length / 2)]).toBeLessThanOrEqual(MOST_MEDIAN);
});

test("no file is a drawer: names say what is inside", () => {
  const drawers = sourceFiles().filter((file) =>
    /(^|\/)(utils?|helpers?|common|misc|lib|manager|service)(\.ts|\/)/.test(file),
  );
  expect(drawers).toEqual([]);
});

test("no lock file or configuration names a registry", () => {
  const files = ["package-lock.json", ".npmrc", "package.json", "Makefile"];
  for (const file of files) expect(readFileSync(file, "utf8")).not.toMatch(/"resolved"|registry[.=:]\S*\/\//);
});
