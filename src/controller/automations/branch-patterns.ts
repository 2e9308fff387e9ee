/** Why this is no pattern for branches, in a sentence; undefined when it is one. */
export function patternFault(pattern: string): string | undefined {
  if (/^refs\//.test(pattern)) return "Branches are named without refs/heads/.";
  // What git refuses in a branch's name could never match (git-check-ref-format).
  if (/[\s~^:?[\\\u007f]|\.\.|@\{|\/\/|^[-/]|\/$/.test(pattern)) return "No branch can have such a name.";
  return undefined;
}

/** Whether a branch is meant by a pattern: `*` stands for any text, also for an empty one and for slashes. */
export function matchesBranch(pattern: string, branch: string): boolean {
  const [first = "", ...rest] = pattern.split("*");
  const last = rest.pop();
  if (last === undefined) return branch === pattern;
  if (!branch.startsWith(first)) return false;
  let at = first.length;
  for (const part of rest) {
    const found = branch.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return branch.length - last.length >= at && branch.endsWith(last);
}
