import { expect, test } from "vitest";
import { endedStepLines } from "../../../src/cli/building/step-lines.ts";
import { BuildView } from "../../../src/cli/building/view.ts";
import { Output, type OutputStream } from "../../../src/cli/terminal/output.ts";
import { Style } from "../../../src/cli/terminal/style.ts";
import type { BuildDetails, BuildStep } from "../../../src/protocol/api.ts";

const step = (title: string, state: BuildStep["state"], seconds = 1, detail?: string): BuildStep => ({
  id: "install",
  title,
  state,
  startedAt: "2026-11-21T12:00:00.000Z",
  ...(state === "running" ? {} : { finishedAt: new Date(Date.UTC(2026, 10, 21, 12, 0, seconds)).toISOString() }),
  ...(detail === undefined ? {} : { detail }),
});

const lineOf = (...of: Parameters<typeof endedStepLines>) => endedStepLines(...of).join("\n");

class Kept implements OutputStream {
  text = "";

  write(bytes: string | Uint8Array): boolean {
    this.text += String(bytes);
    return true;
  }
}

const build = (attempt: number, steps: BuildStep[]): BuildDetails => ({
  id: 1,
  app: { id: "a1", name: "shop" },
  account: "default",
  kind: "package",
  platform: "android",
  buildType: "debug",
  status: "running",
  commit: "main",
  attempt,
  agent: "linux-1",
  createdAt: "2026-11-21T12:00:00.000Z",
  startedAt: "2026-11-21T12:00:00.000Z",
  cancelRequested: false,
  steps,
  artifacts: [],
  logLength: 0,
});

test("a step that ended is a plain line with its time in a pipe, and aligned on a terminal", () => {
  const pipe = new Style({ live: false, colour: false, unicode: false, columns: () => Number.POSITIVE_INFINITY });
  expect(lineOf(step("Install packages", "ok", 12), pipe)).toBe("✔ Install packages  12 s");
  expect(lineOf(step("Prepare signing", "skipped", 0, "not needed\nmore"), pipe)).toBe(
    "· Prepare signing    not needed",
  );
  const terminal = (unicode: boolean, columns = 80) =>
    new Style({ live: true, colour: false, unicode, columns: () => columns });
  expect(lineOf(step("Install packages", "failed", 75), terminal(true))).toBe(
    `✖ Install packages${" ".repeat(12)}${" ".repeat(2)}${" ".repeat(2)}1 min 15 s`,
  );
  expect(lineOf(step("Install packages", "ok"), terminal(false))).toBe(
    `+ Install packages${" ".repeat(12)}${" ".repeat(2)}${" ".repeat(7)}1.0 s`,
  );
  const long = endedStepLines(step("Install packages", "warning", 1, `${"word ".repeat(15)}end`), terminal(true, 60));
  expect(long[0]).toMatch(/^⚠ Install packages +1\.0 s$/);
  expect(long.slice(1)).toEqual([`    ${"word ".repeat(11).trim()}`, "    word word word word end"]);
});

test("each step is listed once when it has ended, and another attempt begins a list of its own", () => {
  const stdout = new Kept();
  const view = new BuildView(new Output(stdout, new Kept(), {}, "all"), "steps");
  view.show(build(1, [step("Fetch", "running")]));
  view.show(build(1, [step("Fetch", "ok"), step("Install", "running")]));
  view.show(build(1, [step("Fetch", "ok"), step("Install", "running")]));
  view.show(build(2, []));
  view.show(build(2, [step("Fetch", "ok", 2), step("Install", "ok", 3), step("Build", "running")]));
  view.show(build(2, [step("Fetch", "ok", 2), step("Install", "ok", 3), step("Build", "failed", 4)]));
  view.end();
  expect(stdout.text.split("\n")).toEqual([
    "Running on linux-1.",
    "✔ Fetch  1.0 s",
    "Running on linux-1 (attempt 2).",
    "✔ Fetch  2.0 s",
    "✔ Install  3.0 s",
    "✖ Build  4.0 s",
    "",
  ]);
});
