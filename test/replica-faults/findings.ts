export const KINDS = [
  "lost builds",
  "doubled builds",
  "wrong ends",
  "wrong log bytes",
  "wrong artifacts",
  "followers",
  "left behind",
  "programs",
] as const;
export type Kind = (typeof KINDS)[number];

/** What went wrong, by kind, and how much was compared. */
export class Findings {
  readonly problems: { kind: Kind; what: string }[] = [];
  readonly compared = { builds: 0, attempts: 0, logs: 0, logBytes: 0, artifacts: 0, artifactBytes: 0, followers: 0 };

  add(kind: Kind, what: string): void {
    this.problems.push({ kind, what });
  }

  table(): string {
    const width = Math.max(...KINDS.map((kind) => kind.length));
    const count = (kind: Kind) => this.problems.filter((problem) => problem.kind === kind).length;
    return KINDS.map((kind) => `${kind.padEnd(width)}  ${count(kind)}`).join("\n");
  }
}
