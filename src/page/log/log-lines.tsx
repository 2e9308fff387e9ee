import { useEffect } from "preact/hooks";
import { LineRow, type RowLooks, StepLine } from "./log-rows.tsx";
import { type LogViewState, ROW } from "./use-log-view.ts";

/** Rows above and below what is seen: a quick turn of the wheel finds them there. */
const SPARE = 20;

/** The part of the log that is seen, in a box that scrolls as if all of it were there. */
export function LogLines({ view, address }: { view: LogViewState; address: string }) {
  const { source, scroller, folded } = view;
  const { place, top, scale } = scroller;
  const first = Math.max(0, Math.floor(place / ROW) - SPARE);
  const last = Math.min(folded.folding.rows, Math.ceil((place + scroller.view) / ROW) + SPARE);
  const lines = Array.from({ length: Math.max(0, last - first) }, (_, index) => folded.folding.lineAt(first + index));
  useEffect(() => source?.want(lines));
  const from = top - place + first * ROW;
  return (
    <section
      ref={scroller.box}
      class="log-box"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard
      tabIndex={0}
      aria-label="Lines of the log"
      aria-busy={source?.busy ?? true}
      onScroll={scroller.onScroll}
    >
      <div class="log-space" style={{ height: `${scale.height}px` }}>
        <div class="log-rows" style={{ top: `${from}px`, "--log-digits": String(source?.lines ?? 0).length }}>
          {lines.map((line) => (
            <Row key={line} line={line} view={view} address={address} />
          ))}
        </div>
      </div>
    </section>
  );
}

function Row({ line, view, address }: { line: number; view: LogViewState; address: string }) {
  const { source, folded, search, marked, mark, toggle, numbered } = view;
  const looks: RowLooks = { query: search.query, match: search.line, marked, firstError: source?.firstError };
  const row = folded.rows.find((each) => each.line === line);
  if (row) {
    const onToggle = () => toggle(line);
    return <StepLine row={row} folded={folded.isFolded(line)} looks={looks} onToggle={onToggle} onNumber={mark} />;
  }
  return (
    <LineRow
      number={numbered ? line : undefined}
      line={source?.line(line)}
      looks={looks}
      address={address}
      onNumber={mark}
    />
  );
}
