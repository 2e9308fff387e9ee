/** A build that failed: what is printed before `** … FAILED **`. Ends with exit code 65. */
export class BuildFailure extends Error {
  readonly lines: readonly string[];
  /** What "The following build commands failed" lists. */
  readonly commands: readonly string[];

  constructor(lines: readonly string[], commands: readonly string[] = []) {
    super(lines.join("\n"));
    this.lines = lines;
    this.commands = commands;
  }
}
