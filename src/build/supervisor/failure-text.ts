import type { Blame, Failure } from "../../base/errors/millwright-error.ts";

const WHOSE: Readonly<Record<Blame, string>> = {
  user: "the app's or its settings'",
  host: "the build host's",
  controller: "the controller's",
  bug: "Millwright's own",
};

/** A failure as the log shows it: what happened, why, what to do next, whose fault it is, its code. */
export function failureText(failure: Failure): string {
  const lines = [failure.what];
  if (failure.detail) lines.push("", ...failure.detail.split("\n").map((line) => `    ${line}`), "");
  lines.push(
    `Why:   ${failure.why}`,
    `Next:  ${failure.next}`,
    ...(failure.link ? [`More:  ${failure.link}`] : []),
    `Fault: ${WHOSE[failure.blame]}`,
    `Code:  ${failure.code}`,
  );
  return lines.join("\n");
}
