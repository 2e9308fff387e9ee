import type { Blame, Failure } from "../../base/errors/millwright-error.ts";
import type { Style } from "./style.ts";
import { harmless, pad, wrap } from "./text.ts";

const WHOSE: Record<Blame, string> = {
  user: "yours (the app, its settings or the request)",
  host: "the build host's",
  controller: "the controller's",
  bug: "Millwright's: please report it",
};

const MOST_COLUMNS = 100;

/** What happened, why, what to do next and whose fault it is, aligned; then the detail. */
export function failureLines(failure: Failure, style: Style): string[] {
  const columns = Math.min(MOST_COLUMNS, style.kind.columns() - 8);
  const place = failure.step ? `, step ${failure.step}` : "";
  const part = (title: string, text: string, paint = (line: string) => line) =>
    wrapped(text, style.kind.live ? columns : Number.POSITIVE_INFINITY).map(
      (line, index) => `${style.tone("quiet", pad(index === 0 ? title : "", 7))} ${paint(line)}`,
    );
  return [
    ...part("Error", failure.what, (line) => style.tone("bad", line)),
    ...part("Why", failure.why),
    ...part("Next", failure.next),
    ...(failure.link ? part("More", failure.link) : []),
    ...part("Fault", `${WHOSE[failure.blame] ?? failure.blame}  [${failure.code}${place}]`),
    ...(failure.detail ? part("Detail", failure.detail) : []),
  ];
}

/** A warning, aligned as the parts of a failure are. */
export function warningLines(text: string, style: Style): string[] {
  const columns = style.kind.live ? Math.min(MOST_COLUMNS, style.kind.columns() - 8) : Number.POSITIVE_INFINITY;
  return wrapped(text, columns).map(
    (line, index) => `${style.tone("warn", index === 0 ? "Warning" : "       ")} ${line}`,
  );
}

function wrapped(text: string, columns: number): string[] {
  return text
    .trimEnd()
    .split("\n")
    .flatMap((line) => wrap(harmless(line), columns));
}
