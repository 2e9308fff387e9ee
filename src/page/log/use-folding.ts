import { useMemo, useRef, useState } from "preact/hooks";
import type { BuildStep } from "../../protocol/api.ts";
import type { LogStep } from "../../protocol/page-api.ts";
import { Folding } from "./folding.ts";
import { foldedAtFirst, type StepRow, stepRows } from "./step-rows.ts";

export interface FoldedLog {
  rows: readonly StepRow[];
  folding: Folding;
  isFolded: (heading: number) => boolean;
  toggle: (heading: number) => void;
  foldAll: () => void;
  openAll: () => void;
  /** Opens the step that a line is in. */
  reveal: (line: number) => void;
}

/** Which steps of a log are folded. `quiet`: whoever reads there now isn't to lose it because a step has ended. */
export function useFolding(
  lines: number,
  headings: readonly LogStep[] | undefined,
  steps: readonly BuildStep[],
  quiet: boolean,
): FoldedLog {
  const rows = useMemo(() => stepRows(headings ?? [], steps), [headings, steps]);
  const [chosen, setChosen] = useState<ReadonlyMap<number, boolean>>(new Map());
  const before = useRef<ReadonlySet<number> | undefined>(undefined);
  const byItself = useMemo(() => {
    const next = foldedAtFirst(rows);
    const kept = before.current;
    if (kept && quiet) for (const line of next) if (!kept.has(line)) next.delete(line);
    if (headings) before.current = next;
    return next;
  }, [rows]);
  const folded = useMemo(() => {
    const isFolded = ({ line }: StepRow) => chosen.get(line) ?? byItself.has(line);
    return new Set(rows.filter(isFolded).map(({ line }) => line));
  }, [rows, chosen, byItself]);
  const places = rows.map(({ line }) => line);
  const folding = useMemo(() => new Folding(lines, places, folded), [lines, rows, folded]);
  const all = (value: boolean) => setChosen(new Map(places.map((line) => [line, value])));
  const put = (line: number, value: boolean) => setChosen((now) => new Map(now).set(line, value));
  return {
    rows,
    folding,
    isFolded: (line) => folded.has(line),
    toggle: (line) => put(line, !folded.has(line)),
    foldAll: () => all(true),
    openAll: () => all(false),
    reveal: (line) => {
      const heading = places.findLast((each) => each < line);
      if (heading !== undefined && folded.has(heading)) put(heading, false);
    },
  };
}
