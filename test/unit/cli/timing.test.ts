import { expect, test } from "vitest";
import { timingLines } from "../../../src/cli/building/timing.ts";
import { Style } from "../../../src/cli/terminal/style.ts";
import type { BuildTiming, TimingPhase } from "../../../src/protocol/timing-api.ts";

const phase = (kind: TimingPhase["kind"], title: string, ms: number, more: Partial<TimingPhase> = {}): TimingPhase => ({
  kind,
  id: kind,
  title,
  attempt: 1,
  startedAt: "2026-11-21T12:00:00.000Z",
  ms,
  parts: [],
  ...more,
});

const TIMING: BuildTiming = {
  build: 12,
  status: "success",
  totalMs: 100_000,
  phases: [
    phase("wait", "Wait in the queue", 25_000),
    phase("step", "Install dependencies", 50_000, { state: "ok", parts: [{ title: "npm ci", ms: 49_000 }] }),
    phase("step", "Apply the native config", 3, { state: "skipped" }),
    phase("end", "Upload of log and files", 1_000),
  ],
};

test("in a pipe the timing is a plain table with shares", () => {
  const pipe = new Style({ live: false, colour: false, unicode: false, columns: () => Number.POSITIVE_INFINITY });
  expect(timingLines(TIMING, pipe)).toEqual([
    "WHAT                        TIME  SHARE",
    "Wait in the queue           25 s   25 %",
    "Install dependencies        50 s   50 %",
    "  npm ci                    49 s   49 %",
    "Apply the native config  skipped    0 %",
    "Upload of log and files    1.0 s    1 %",
    "Build 12: 1 min 40 s, success",
  ]);
});

test("on a terminal each phase has a bar, as long as its share, and tries are told apart", () => {
  const terminal = (unicode: boolean) => new Style({ live: true, colour: false, unicode, columns: () => 80 });
  expect(timingLines(TIMING, terminal(true))[2]).toMatch(/50 % {2}█{12}$/);
  expect(timingLines(TIMING, terminal(true))[1]).toMatch(/25 % {2}█{6}$/);
  expect(timingLines(TIMING, terminal(false))[2]).toMatch(/50 % {2}#{12}$/);
  const tried: BuildTiming = {
    ...TIMING,
    status: "running",
    phases: [...TIMING.phases, phase("wait", "Wait in the queue", 5, { attempt: 2 })],
  };
  const lines = timingLines(tried, terminal(true));
  expect(lines.at(-2)).toContain("Wait in the queue (attempt 2)");
  expect(lines.at(-1)).toBe("Build 12: 1 min 40 s so far, running");
});
