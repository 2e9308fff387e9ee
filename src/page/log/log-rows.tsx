import { formatSize } from "../../base/units.ts";
import { Lasting } from "../controls/moments.tsx";
import { STEP_SIGNS, STEP_WORDS } from "../controls/step-state.ts";
import { hashOfLines, type LineRange } from "./line-links.ts";
import type { ShownLine } from "./lines-with-looks.ts";
import { markMatches } from "./marked.ts";
import { spansOf } from "./spans.ts";
import type { StepRow } from "./step-rows.ts";

export interface RowLooks {
  query: string;
  /** The line of the current match. */
  match: number | undefined;
  marked: LineRange | undefined;
  firstError: number | undefined;
}

interface LineRowProps {
  /** Undefined while lines have no numbers yet. */
  number: number | undefined;
  line: ShownLine | undefined;
  looks: RowLooks;
  /** Where all of the log can be had. */
  address: string;
  onNumber: (line: number, extend: boolean) => void;
}

/** One line of the log. */
export function LineRow({ number, line, looks, address, onNumber }: LineRowProps) {
  return (
    <div class={`log-line ${number === undefined ? "" : looksOf(number, looks)}`}>
      <LineNumber number={number} onNumber={onNumber} />
      <span class="log-text">
        {line && <Text line={line} query={looks.query} />}
        {line?.cutFrom !== undefined && (
          <a class="log-cut" href={address} target="_blank" rel="noreferrer">
            {` … ${formatSize(line.cutFrom)} in all: see the whole log`}
          </a>
        )}
      </span>
    </div>
  );
}

interface StepLineProps {
  row: StepRow;
  folded: boolean;
  looks: RowLooks;
  onToggle: () => void;
  onNumber: (line: number, extend: boolean) => void;
}

/** The heading of a step, which folds it. */
export function StepLine({ row, folded, looks, onToggle, onNumber }: StepLineProps) {
  const { step, line, title } = row;
  const state = step?.state;
  return (
    <div class={`log-line log-heading ${looksOf(line, looks)}`}>
      <LineNumber number={line} onNumber={onNumber} />
      <button type="button" class={`log-step log-step-${state ?? "before"}`} aria-expanded={!folded} onClick={onToggle}>
        <span class="log-fold" aria-hidden="true">
          {folded ? "▸" : "▾"}
        </span>
        <span class="log-sign" aria-hidden="true">
          {state ? STEP_SIGNS[state] : "·"}
        </span>
        <span class="log-title">{title}</span>
        <span class="only-heard">: {state ? STEP_WORDS[state] : "of an earlier attempt"}</span>
        {step && state !== "skipped" && <Lasting from={step.startedAt} to={step.finishedAt} />}
      </button>
    </div>
  );
}

function LineNumber({ number, onNumber }: Pick<LineRowProps, "number" | "onNumber">) {
  if (number === undefined) return <span class="log-number" />;
  const onClick = (event: MouseEvent) => {
    if (event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    onNumber(number, event.shiftKey);
  };
  // By keyboard a line is reached through the search: `:123`.
  return (
    <a class="log-number" href={hashOfLines({ first: number, last: number })} tabIndex={-1} onClick={onClick}>
      {number}
    </a>
  );
}

function Text({ line, query }: { line: ShownLine; query: string }) {
  return markMatches(spansOf(line.text, line.looks), query).map(({ text, classes, marked }, index) => {
    if (marked)
      return (
        <mark key={index} class={classes}>
          {text}
        </mark>
      );
    return classes === "" ? (
      text
    ) : (
      <span key={index} class={classes}>
        {text}
      </span>
    );
  });
}

function looksOf(number: number, { match, marked, firstError }: RowLooks): string {
  return [
    number === match ? "log-match" : "",
    marked && number >= marked.first && number <= marked.last ? "log-marked" : "",
    number === firstError ? "log-first-error" : "",
  ].join(" ");
}
