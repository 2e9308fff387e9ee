import type { Session, SharedOptions, Surroundings } from "../session.ts";
import type { StdoutHolds } from "../terminal/output.ts";
import type { CommandLine } from "./command-line.ts";

/** What a command does; resolves with the exit code. */
export type Action = (session: Session) => Promise<number>;

/** One call of the CLI, from its words to its exit code. */
export class Invocation {
  exitCode = 0;
  readonly surroundings: Surroundings;

  constructor(surroundings: Surroundings) {
    this.surroundings = surroundings;
  }

  /** Runs what a command does and keeps its exit code. */
  async act(command: CommandLine, action: Action, holds?: StdoutHolds): Promise<void> {
    const { Session } = await import("../session.ts");
    const session = new Session(this.surroundings, command.optsWithGlobals<SharedOptions>(), holds);
    this.exitCode = await action(session);
  }
}

/** Adds the options of every command that asks a controller. */
export function asksController(command: CommandLine): CommandLine {
  return command
    .option("--json", "print one JSON document on stdout; everything else goes to stderr")
    .option(
      "--account <name>",
      "the account, by name or id, for those who are in several (default: MILLWRIGHT_ACCOUNT)",
    )
    .option("--url <url>", "the controller's address (default: MILLWRIGHT_URL, else the configuration)")
    .option(
      "--token-file <file>",
      "file with the token to show there (default: MILLWRIGHT_TOKEN, else the configuration)",
    );
}

/** Adds examples to a command's help: `[what is typed, what it does]`. */
export function examples(command: CommandLine, ...rows: [typed: string, does: string][]): CommandLine {
  command.ownExamples.push(...rows);
  return command;
}

/** Keeps every value of an option that may be given again and again. */
export function collected(value: string, before: string[]): string[] {
  return [...before, value];
}
