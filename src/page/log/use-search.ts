import { useEffect, useRef, useState } from "preact/hooks";
import { LogSearch } from "./log-search.ts";
import type { LogSource } from "./log-source.ts";

const PAUSE_MS = 150;
const LINE = /^:(\d+)$/;

export interface Search {
  open: boolean;
  text: string;
  /** What is marked in lines; empty when nothing is. */
  query: string;
  run: LogSearch | undefined;
  /** The place of the current match among all, from 0. */
  place: number;
  /** The line of the current match. */
  line: number | undefined;
  show: () => void;
  close: () => void;
  type: (text: string) => void;
  /** One further, or one back. */
  step: (by: 1 | -1) => void;
}

interface Going {
  /** To the line of a match that becomes the current one. */
  goTo: (line: number) => void;
  /** To a line that was asked for by its number. */
  point: (line: number) => void;
}

/** Searching a log. `topLine`: where to begin. */
export function useSearch(source: LogSource | undefined, topLine: () => number, { goTo, point }: Going): Search {
  const [open, setOpen] = useState(false);
  const [text, setText] = useState("");
  const [place, setPlace] = useState(0);
  const [, setTurn] = useState(0);
  const run = useRef<LogSearch | undefined>(undefined);
  const timer = useRef<number | undefined>(undefined);
  const stop = () => {
    window.clearTimeout(timer.current);
    run.current?.stop();
    run.current = undefined;
  };
  useEffect(() => stop, [source]);

  const begin = (query: string) => {
    if (!source) return;
    const search = new LogSearch(query);
    run.current = search;
    const from = topLine();
    let found = false;
    void search.run(
      (...asked) => source.search(...asked),
      () => {
        if (!found && search.lines.length > 0 && (search.state !== "searching" || (search.lines.at(-1) ?? 0) >= from)) {
          found = true;
          const first = search.placeFrom(from);
          setPlace(first);
          goTo(search.lines[first] as number);
        }
        setTurn((turn) => turn + 1);
      },
    );
    setTurn((turn) => turn + 1);
  };
  const type = (typed: string) => {
    setText(typed);
    stop();
    const query = typed.replace(/\p{Cc}/gu, "").trim(); // a pasted tab: the controller takes none
    const line = LINE.exec(query);
    if (line) point(Number(line[1]));
    else if (query !== "") timer.current = window.setTimeout(() => begin(query), PAUSE_MS);
  };
  const step = (by: 1 | -1) => {
    const lines = run.current?.lines ?? [];
    if (lines.length === 0) return;
    const next = (place + by + lines.length) % lines.length;
    setPlace(next);
    goTo(lines[next] as number);
  };
  const close = () => {
    stop();
    setOpen(false);
    setText("");
  };
  const query = run.current?.query ?? "";
  const line = run.current?.lines[place];
  return { open, text, query, run: run.current, place, line, show: () => setOpen(true), close, type, step };
}
