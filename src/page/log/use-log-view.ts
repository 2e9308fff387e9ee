import { useCallback, useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { BuildDetails } from "../../protocol/api.ts";
import type { Folding } from "./folding.ts";
import { extended, hashOfLines, type LineRange, linesOfHash } from "./line-links.ts";
import type { LogSource } from "./log-source.ts";
import { type FoldedLog, useFolding } from "./use-folding.ts";
import { useLog } from "./use-log.ts";
import { type Scroller, useScroller } from "./use-scroller.ts";
import { type Search, useSearch } from "./use-search.ts";

/** The height of a row: the same as --log-row in log.css. */
export const ROW = 20;

export interface LogViewState {
  source: LogSource | undefined;
  /** Whether lines have numbers: from the moment on when the outline is there. */
  numbered: boolean;
  folded: FoldedLog;
  scroller: Scroller;
  search: Search;
  /** The lines that the address names. */
  marked: LineRange | undefined;
  goTo: (line: number) => void;
  toggle: (heading: number) => void;
  mark: (line: number, extend: boolean) => void;
}

/** Everything that the view of a log remembers, put together. */
export function useLogView(build: BuildDetails): LogViewState {
  const source = useLog(build);
  const numbered = source?.steps !== undefined;
  const lines = source?.lines ?? 0;
  const [marked, setMarked] = useState(() => linesOfHash(location.hash));
  const [goal, setGoal] = useState(marked?.first);
  const sticks = useRef(marked === undefined);
  const folded = useFolding(lines, source?.steps, build.steps, !sticks.current);
  const { folding } = folded;
  const scroller = useScroller(folding.rows * ROW, sticks.current);
  sticks.current = scroller.sticks;

  const goTo = useCallback((line: number) => {
    scroller.release();
    setGoal(line);
  }, []);
  useGoal({ goal: numbered ? goal : undefined, lines, folded, scroller, reached: () => setGoal(undefined) });
  useAnchor(folding, lines, numbered, goal === undefined ? scroller : undefined);

  useEffect(() => {
    const onHash = () => {
      const range = linesOfHash(location.hash);
      setMarked(range);
      if (range) goTo(range.first);
    };
    window.addEventListener("hashchange", onHash);
    return () => window.removeEventListener("hashchange", onHash);
  }, []);
  const mark = (line: number, extend: boolean) => {
    const range = extend ? extended(marked, line) : { first: line, last: line };
    history.replaceState(history.state, "", hashOfLines(range));
    setMarked(range);
  };
  const point = (line: number) => {
    mark(line, false);
    goTo(line);
  };
  const search = useSearch(source, () => folding.lineAt(Math.floor(scroller.place / ROW)), { goTo, point });
  const toggle = (heading: number) => {
    if (folded.isFolded(heading)) scroller.release(); // what opens is below: who follows the end would not see it
    folded.toggle(heading);
  };
  return { source, numbered, folded, scroller, search, marked, goTo, toggle, mark };
}

interface Goal {
  goal: number | undefined;
  lines: number;
  folded: FoldedLog;
  scroller: Scroller;
  reached: () => void;
}

/** Brings a line into the middle of what is seen; its step is opened first. */
function useGoal({ goal, lines, folded, scroller, reached }: Goal): void {
  useLayoutEffect(() => {
    if (goal === undefined) return;
    const line = Math.min(Math.max(1, goal), lines);
    const row = folded.folding.rowOf(line);
    if (folded.folding.lineAt(row) !== line) return folded.reveal(line);
    const box = scroller.box.current;
    box?.scrollIntoView({ block: "nearest" });
    // Asked now: at the first sight of a log its box has only just grown.
    scroller.scrollTo((row + 0.5) * ROW - (box?.clientHeight ?? 0) / 2);
    reached();
  }, [goal, folded.folding]);
}

/** Keeps the line on top where it is while others above are folded or come to be known. */
function useAnchor(folding: Folding, lines: number, numbered: boolean, scroller: Scroller | undefined): void {
  const before = useRef({ folding, lines, numbered });
  useLayoutEffect(() => {
    const old = before.current;
    before.current = { folding, lines, numbered };
    if (!scroller || scroller.sticks || old.folding === folding || old.lines === 0) return;
    const row = Math.floor(scroller.place / ROW);
    const line = old.folding.lineAt(row) + (numbered && !old.numbered ? lines - old.lines : 0);
    const now = folding.rowOf(line);
    if (now !== row) scroller.scrollTo(now * ROW + (scroller.place % ROW));
  }, [folding]);
}
