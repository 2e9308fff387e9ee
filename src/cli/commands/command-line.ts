import { Command, type ErrorOptions } from "commander";
import { EXIT_CODES_OF_REQUESTS, type ToldExitCodes } from "../exit-codes.ts";
import { unknownWord, usageError } from "../usage.ts";

/** Commander's command with errors of the catalogue: what was wrong, what exists, and what may have been meant. */
export class CommandLine extends Command {
  /** What is typed, and what it does. */
  readonly ownExamples: [typed: string, does: string][] = [];
  /** The words that there are for an option (`--status`) or an argument (`platform`), for completion. */
  readonly choices = new Map<string, readonly string[]>();
  /** With which codes it ends, and when. */
  exitCodes: ToldExitCodes = EXIT_CODES_OF_REQUESTS;

  constructor(name?: string) {
    super(name);
    this.addHelpText("after", () => [exampleLines(this.shownExamples), codeLines(this)].flat().join("\n"));
  }

  override createCommand(name?: string): CommandLine {
    return new CommandLine(name);
  }

  /** A group shows one example of each of its commands. */
  get shownExamples(): readonly [typed: string, does: string][] {
    if (this.ownExamples.length > 0) return this.ownExamples;
    return this.subcommands.flatMap((command) => command.shownExamples.slice(0, 1));
  }

  /** Without `help`, which commander adds. */
  get subcommands(): CommandLine[] {
    return this.commands.filter((command) => command instanceof CommandLine);
  }

  /** `millwright package build`. */
  get fullName(): string {
    return this.parent instanceof CommandLine ? `${this.parent.fullName} ${this.name()}` : this.name();
  }

  override error(message: string, options?: ErrorOptions): never {
    const word = /'([^']*)'/.exec(message)?.[1] ?? "";
    if (options?.code === "commander.unknownOption")
      throw unknownWord(this.fullName, "option", word, this.optionNames());
    if (options?.code === "commander.unknownCommand") throw unknownWord(this.fullName, "command", word, this.names());
    if (options?.code === "commander.excessArguments") throw this.excess();
    const text = message.replace(/^error: /, "").replace(/\.?$/, ".");
    throw usageError(this.fullName, text.charAt(0).toUpperCase() + text.slice(1));
  }

  /** A list is what a group of commands does without a word, so an unknown word arrives there. */
  private excess(): Error {
    const word = this.args[this.registeredArguments.length] ?? "";
    if (this.name() !== "list" || !(this.parent instanceof CommandLine)) {
      return usageError(this.fullName, `There is no use for "${word}" here.`);
    }
    return unknownWord(this.parent.fullName, "command", word, this.parent.names());
  }

  private optionNames(): string[] {
    const visible = this.createHelp().visibleOptions(this);
    return visible.flatMap((option) => option.long ?? option.short ?? []);
  }

  private names(): string[] {
    const visible = this.createHelp().visibleCommands(this);
    return visible.map((command) => command.name()).filter((name) => name !== "help");
  }
}

function exampleLines(rows: readonly [typed: string, does: string][]): string[] {
  const width = Math.max(...rows.map(([typed]) => typed.length));
  const lines = rows.map(([typed, does]) => `  ${typed.padEnd(width)}  ${does}`.trimEnd());
  return lines.length === 0 ? [] : ["", "Examples:", ...lines];
}

/** A group has none of its own. */
function codeLines({ exitCodes, commands }: CommandLine): string[] {
  if (commands.length > 0) return [];
  return ["", "Exit codes:", ...exitCodes.map(([code, when]) => `  ${`${code}`.padStart(3)}  ${when}`)];
}
