import { Command, type ErrorOptions } from "commander";
import { unknownWord, usageError } from "../usage.ts";

/** Commander's command with errors of the catalogue: what was wrong, what exists, and what may have been meant. */
export class CommandLine extends Command {
  override createCommand(name?: string): CommandLine {
    return new CommandLine(name);
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
