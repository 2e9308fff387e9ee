import type { Argument, Option } from "commander";
import type { CommandLine } from "../commands/command-line.ts";

/** What may stand in a place of the command line. */
export type Value = { of: "words"; words: readonly string[] } | { of: "file" } | { of: "folder" } | { of: "anything" };

export interface CompletedOption {
  /** `--follow` and, where there is one, `-f`. */
  flags: string[];
  does: string;
  /** Undefined for a switch. */
  value?: Value;
}

/** All that can be typed behind some words. */
export interface CompletedCommand {
  /** Without `millwright`: `package build`, and an empty text for the program itself. */
  path: string;
  commands: { name: string; does: string }[];
  options: CompletedOption[];
  arguments: Value[];
}

/** The command and all below it, each with what may follow; what is hidden in the help stays hidden. */
export function completedCommands(command: CommandLine, path = ""): CompletedCommand[] {
  const shown = command.createHelp().visibleCommands(command);
  const behind = command.subcommands.find((each) => each.name() === "list") ?? command; // what a group does without a word
  const below = command.subcommands.flatMap((each) => completedCommands(each, `${path} ${each.name()}`.trim()));
  const options = command.createHelp().visibleOptions(behind);
  return [
    {
      path,
      commands: shown.map((each) => ({ name: each.name(), does: each.description() })),
      options: options.map((option) => toOption(behind, option)),
      arguments: behind.registeredArguments.map((argument) => whatItTakes(behind, argument)),
    },
    ...below,
  ];
}

function toOption(command: CommandLine, option: Option): CompletedOption {
  const flags = [option.long, option.short].filter((flag) => typeof flag === "string");
  const about = { flags, does: option.description };
  return option.required || option.optional ? { ...about, value: whatItTakes(command, option) } : about;
}

/** Files and folders are told by the placeholder: `--output <folder>`, `--secret-file <name=file>`. */
function whatItTakes(command: CommandLine, of: Option | Argument): Value {
  const name = "flags" in of ? (of.long ?? "") : of.name();
  const words = command.choices.get(name);
  if (words) return { of: "words", words };
  const placeholder = "flags" in of ? of.flags : of.name();
  if (/\bfile>/.test(placeholder)) return { of: "file" };
  return /\bfolder>/.test(placeholder) ? { of: "folder" } : { of: "anything" };
}
