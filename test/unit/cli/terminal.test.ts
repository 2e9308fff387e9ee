import { expect, test } from "vitest";
import { failureLines } from "../../../src/cli/terminal/failure.ts";
import { terminalKind } from "../../../src/cli/terminal/kind.ts";
import { Output, type OutputStream } from "../../../src/cli/terminal/output.ts";
import { ProgressBar } from "../../../src/cli/terminal/progress.ts";
import { StatusLine } from "../../../src/cli/terminal/status-line.ts";
import { Style } from "../../../src/cli/terminal/style.ts";
import { tableLines } from "../../../src/cli/terminal/table.ts";
import { widthOf } from "../../../src/cli/terminal/text.ts";

const ESCAPE = String.fromCharCode(27);
const PIPE = terminalKind({}, {});

class Kept implements OutputStream {
  text = "";
  readonly isTTY: boolean;
  readonly columns = 40;

  constructor(isTTY: boolean) {
    this.isTTY = isTTY;
  }

  write(bytes: string | Uint8Array): boolean {
    this.text += typeof bytes === "string" ? bytes : Buffer.from(bytes).toString("latin1");
    return true;
  }
}

test("a terminal is live unless it is a pipe, dumb or in CI, and colours can be refused or forced", () => {
  const terminal = { isTTY: true, columns: 100 };
  expect(terminalKind(terminal, { LANG: "de_DE.UTF-8" })).toMatchObject({ live: true, colour: true, unicode: true });
  expect(terminalKind(terminal, { LANG: "C" }).unicode).toBe(false);
  expect(terminalKind(terminal, { NO_COLOR: "1" })).toMatchObject({ live: true, colour: false });
  expect(terminalKind(terminal, { TERM: "dumb" })).toMatchObject({ live: false, colour: false });
  expect(terminalKind(terminal, { CI: "true" })).toMatchObject({ live: false, colour: false });
  expect(terminalKind({}, { FORCE_COLOR: "1" })).toMatchObject({ live: false, colour: true });
  expect(PIPE).toMatchObject({ live: false, colour: false, unicode: false });
  expect(PIPE.columns()).toBe(Number.POSITIVE_INFINITY);
});

test("the status line is never wider than the terminal, and is erased in all rows it took after a resize", () => {
  let columns = 40;
  const line = new StatusLine({ live: true, colour: false, unicode: true, columns: () => columns });
  const text = "x".repeat(100);
  const drawn = line.show(text);
  expect(drawn.replace(`\r${ESCAPE}[J`, "")).toBe(`${"x".repeat(38)}…`);
  expect(line.above("log\n")).toBe(`\r${ESCAPE}[Jlog\n${"x".repeat(38)}…`);
  columns = 20;
  expect(line.above("log\n")).toBe(`\r${ESCAPE}[1A${ESCAPE}[Jlog\n${"x".repeat(18)}…`);
  expect(line.show("")).toBe(`\r${ESCAPE}[J`);
  expect(line.show("")).toBe("");
  expect(line.above("log\n")).toBe("log\n");
});

test("a log goes through a pipe byte for byte, and the next line begins on its own", () => {
  const stdout = new Kept(false);
  const output = new Output(stdout, new Kept(false), {}, "all");
  const bytes = Buffer.from([0, 255, 27, 91, 50, 74, 13, 65]);
  output.log(bytes.subarray(0, 3));
  output.status("never shown");
  output.log(bytes.subarray(3));
  output.finishLog();
  output.line("summary");
  expect(Buffer.from(stdout.text, "latin1")).toEqual(Buffer.concat([bytes, Buffer.from("\nsummary\n")]));
});

test("a line for people waits for the end of the log's line, in which it would tear what was printed", () => {
  const stdout = new Kept(false);
  const output = new Output(stdout, new Kept(false), {}, "all");
  output.log(Buffer.from("one\nhalf a "));
  output.line("Running on mac-1.");
  output.line("Waiting");
  output.log(Buffer.from("li"));
  output.log(Buffer.from("ne\nthree"));
  output.line("last");
  expect(stdout.text).toBe("one\nhalf a line\nRunning on mac-1.\nWaiting\nthree");
  output.finishLog();
  output.line("summary");
  expect(stdout.text).toBe("one\nhalf a line\nRunning on mac-1.\nWaiting\nthree\nlast\nsummary\n");
});

test("on a terminal a line for people stands between whole lines of the log", () => {
  const stdout = new Kept(true);
  const output = new Output(stdout, new Kept(true), { NO_COLOR: "1" }, "all");
  output.log(Buffer.from("half a "));
  output.line("Running on mac-1.");
  output.log(Buffer.from("line\n"));
  expect(stdout.text).toBe("Running on mac-1.\nhalf a line\n");
});

test("where stdout holds a log or a document, nothing else is on it", () => {
  const [log, logErrors] = [new Kept(false), new Kept(false)];
  const ofLog = new Output(log, logErrors, {}, "log");
  ofLog.log(Buffer.from("no line break"));
  ofLog.line("summary");
  expect([log.text, logErrors.text]).toEqual(["no line break", "summary\n"]);
  const [document, errors] = [new Kept(false), new Kept(false)];
  const ofResult = new Output(document, errors, {}, "result");
  ofResult.log(Buffer.from("log\n"));
  ofResult.line("summary");
  ofResult.result({ id: 1 });
  expect([JSON.parse(document.text), errors.text]).toEqual([{ id: 1 }, "log\nsummary\n"]);
});

test("on a terminal the status line makes way for what another stream writes", () => {
  const [stdout, stderr] = [new Kept(true), new Kept(true)];
  const output = new Output(stdout, stderr, { NO_COLOR: "1" }, "all");
  output.status("working");
  stdout.text = "";
  output.note("a warning");
  expect([stdout.text, stderr.text]).toEqual([`\r${ESCAPE}[Jworking`, "a warning\n"]);
  stdout.text = "";
  output.log(Buffer.from("half a li"));
  expect(stdout.text).toBe("");
  output.log(Buffer.from("ne\n"));
  expect(stdout.text).toBe(`\r${ESCAPE}[Jhalf a line\nworking`);
});

test("a failure is told in aligned parts, harmless, with its detail last", () => {
  const failure = { code: "X_Y", blame: "host", what: `a${ESCAPE}[2J`, why: "b", next: "c", detail: "d\ne" } as const;
  expect(failureLines(failure, new Style(PIPE))).toEqual([
    "Error   a",
    "Why     b",
    "Next    c",
    "Fault   the build host's  [X_Y]",
    "Detail  d",
    "        e",
  ]);
});

test("columns of a table are aligned whatever the cells hold", () => {
  const rows = [
    { name: "日本", count: 7 },
    { name: "a", count: 1234 },
  ];
  const columns = [
    { title: "NAME", cell: (row: (typeof rows)[0]) => row.name },
    { title: "N", cell: (row: (typeof rows)[0]) => String(row.count), side: "right" as const },
  ];
  expect(tableLines(rows, columns, new Style(PIPE))).toEqual(["NAME     N", "日本     7", "a     1234"]);
});

test("a progress bar shows part and rate, and its width stays", () => {
  const bar = new ProgressBar("app.apk", 1000 * 1024, new Style(PIPE));
  const start = bar.at(0, 0);
  const half = bar.at(500 * 1024, 1000);
  expect(start).toContain("  0 %");
  expect(half).toContain(`${"#".repeat(12)}${".".repeat(12)}  50 %  500 KiB of 1000 KiB  500 KiB/s`);
  expect(widthOf(bar.at(1000 * 1024, 2000))).toBeLessThan(80);
  expect(new ProgressBar("empty", 0, new Style(PIPE)).at(0, 0)).toContain("100 %");
});
