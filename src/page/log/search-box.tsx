import { useLayoutEffect, useRef } from "preact/hooks";
import type { Search } from "./use-search.ts";

/** Where a text is searched for in the log; `:123` goes to a line. */
export function SearchBox({ search, onClose }: { search: Search; onClose: () => void }) {
  const input = useRef<HTMLInputElement>(null);
  useLayoutEffect(() => input.current?.focus(), []);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    search.step(event.shiftKey ? -1 : 1);
  };
  return (
    <search class="log-search">
      <input
        ref={input}
        type="search"
        aria-label="Search the log, or :123 for a line"
        placeholder="Search, or :123 for a line"
        maxLength={200}
        autocomplete="off"
        spellcheck={false}
        value={search.text}
        onInput={(event) => search.type(event.currentTarget.value)}
        onKeyDown={onKeyDown}
      />
      <span class="log-found" role="status">
        {found(search)}
      </span>
      <button
        type="button"
        class="small"
        aria-label="Previous match"
        title="Shift+Enter"
        onClick={() => search.step(-1)}
      >
        ↑
      </button>
      <button type="button" class="small" aria-label="Next match" title="Enter" onClick={() => search.step(1)}>
        ↓
      </button>
      <button type="button" class="small" aria-label="Close the search" title="Esc" onClick={onClose}>
        ×
      </button>
    </search>
  );
}

function found({ text, run, place }: Search): string {
  if (!run || text.trim() === "") return "";
  const count = run.lines.length.toLocaleString("en");
  if (run.state === "failed") return "The controller doesn't answer";
  if (run.lines.length === 0) return run.state === "searching" ? "Searching …" : "No match";
  return `${(place + 1).toLocaleString("en")} of ${count}${run.state === "more" || run.state === "searching" ? "+" : ""} lines`;
}
