import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { Buildbot } from "../../bench/buildbot/buildbot.ts";
import { atMost } from "../../bench/goal.ts";
import { preparedWith } from "../../bench/opened.ts";
import type { Row, Way } from "../../bench/row.ts";
import { ROWS } from "../../bench/rows.ts";
import { chosenRows, runBench } from "../../bench/run-bench.ts";

const NEVER = new AbortController().signal;

interface TinyRow extends Partial<Row> {
  ways?: Way[];
  missing?: { name: string; why: string }[];
  onPrepare?: (folder: string) => void;
  onClose?: () => void;
}

function row(name: string, { ways = [], missing = [], onPrepare, onClose, ...rest }: TinyRow): Row {
  return {
    name,
    measures: `what ${name} measures`,
    unit: "ms",
    rounds: 2,
    goals: [],
    prepare: (folder) =>
      preparedWith(async (opened) => {
        opened.add({ close: async () => onClose?.() });
        onPrepare?.(folder);
        return { ways, missing, notes: [`a note of ${name}`] };
      }),
    ...rest,
  };
}

async function ran(rows: readonly Row[], signal = NEVER) {
  const printed: string[] = [];
  const results = await runBench({ rows, signal, print: (text) => printed.push(text) });
  return { results, text: printed.join("\n") };
}

test("the ways of a row are measured in turn in each round, and told in the table and in the results", async () => {
  const turns: string[] = [];
  const way = (name: string, values: number[]): Way => ({
    name,
    measure: async (round) => {
      turns.push(`${name} ${round}`);
      return values;
    },
  });
  const goals = [
    atMost({ says: "at most 5", of: "ours", limit: 5 }),
    atMost({ says: "a tenth of theirs", of: "ours", limit: 0.1, beside: "theirs" }),
    atMost({ says: "as fast as nobody", of: "ours", limit: 1, beside: "nobody" }),
  ];
  const missing = [{ name: "nobody", why: "there is no such program" }];
  const { results, text } = await ran([
    row("tiny", { ways: [way("ours", [4]), way("theirs", [8, 16])], goals, missing }),
  ]);
  expect(turns).toEqual(["ours 0", "theirs 0", "ours 1", "theirs 1"]);
  const [tiny] = results.rows;
  expect(tiny?.ways.map(({ name, figures, ratio }) => [name, figures.median, figures.count, ratio])).toEqual([
    ["ours", 4, 2, 1],
    ["theirs", 16, 4, 0.25],
  ]);
  expect(tiny?.goals.map((goal) => goal.reached)).toEqual([true, false, null]);
  expect(text).toContain("goal reached: at most 5");
  expect(text).toContain("goal MISSED: a tenth of theirs");
  expect(text).toContain("missing: nobody: there is no such program");
  expect(text).toContain("a note of tiny");
  expect(JSON.parse(JSON.stringify(results))).toMatchObject({
    rows: [{ name: "tiny", missing, ways: [{ values: [4, 4] }, {}] }],
  });
});

test("a row that throws is told with its reason, closed and cleaned up, and the others go on", async () => {
  const closed: string[] = [];
  const folders: string[] = [];
  const onPrepare = (folder: string) => {
    folders.push(folder);
    writeFileSync(join(folder, "big"), "x");
  };
  const fails: Way = { name: "ours", measure: () => Promise.reject(new Error("it broke")) };
  const { results, text } = await ran([
    row("measuring", { ways: [fails], onPrepare, onClose: () => closed.push("measuring") }),
    row("preparing", {
      onPrepare: (folder) => {
        onPrepare(folder);
        throw new Error("it can't begin");
      },
      onClose: () => closed.push("preparing"),
    }),
    row("silent", { ways: [{ name: "ours", measure: async () => [] }] }),
    row("good", { ways: [{ name: "ours", measure: async () => [1] }], onPrepare }),
  ]);
  expect(results.rows.map((each) => [each.name, each.failed])).toEqual([
    ["measuring", "ours, round 0: it broke"],
    ["preparing", "it can't begin"],
    ["silent", "nothing was measured"],
    ["good", undefined],
  ]);
  expect(closed).toEqual(["measuring", "preparing"]);
  expect(folders.filter((folder) => existsSync(folder))).toEqual([]);
  expect(text).toContain("FAILED: measuring: ours, round 0: it broke");
});

test("a row that can't be measured at all says what is missing", async () => {
  const { results, text } = await ran([row("away", { missing: [{ name: "ours", why: "no Android kit" }] })]);
  expect(results.rows[0]?.failed).toBeUndefined();
  expect(text).toContain("missing: ours: no Android kit");
});

test("an abort ends the row that runs and begins no other", async () => {
  const stopped = new AbortController();
  const closed: string[] = [];
  const measure = async () => {
    stopped.abort(new Error("ended by SIGINT"));
    return [1];
  };
  const rows = [
    row("first", { ways: [{ name: "ours", measure }], onClose: () => closed.push("first") }),
    row("second", { ways: [{ name: "ours", measure }] }),
  ];
  const { results } = await ran(rows, stopped.signal);
  expect(results.rows.map((each) => [each.name, each.failed])).toEqual([["first", "ended by SIGINT"]]);
  expect(closed).toEqual(["first"]);
});

test("rows are chosen by their names, and each has one of its own", () => {
  const names = ROWS.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  expect(chosenRows(ROWS, []).map(({ name }) => name)).toEqual(names);
  expect(chosenRows(ROWS, ["reject", "dispatch"]).map(({ name }) => name)).toEqual(["dispatch", "reject"]);
  expect(() => chosenRows(ROWS, ["speed"])).toThrow("there is no row speed; there are ");
});

test("a peer that is not installed is missing with the way to get it", () => {
  const path = process.env["PATH"];
  process.env["PATH"] = "/nonexistent";
  try {
    expect(Buildbot.missing).toMatch(/^no buildbot and no buildbot-worker on PATH; as root on Debian: apt-get install/);
  } finally {
    process.env["PATH"] = path;
  }
});
