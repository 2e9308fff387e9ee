import { VERSION } from "../../protocol/version.ts";
import type { CommandLine } from "../commands/command-line.ts";

/** The manual page of a program and all its commands, for man(1): made of the same words as their help. */
export function manualPage(program: CommandLine): string {
  const name = program.name();
  return `${[
    `.TH ${name.toUpperCase()} 1 "" "${name} ${VERSION}" "User commands"`,
    ".SH NAME",
    `${name} \\- ${roff(program.description())}`,
    ".SH SYNOPSIS",
    `.B ${name}`,
    "command [options]",
    ".SH COMMANDS",
    ...leavesOf(program).flatMap(sectionOf),
    ".SH EXAMPLES",
    ...exampleLines(program),
    ".SH ENVIRONMENT",
    ...ENVIRONMENT.flatMap(([variable, means]) => [".TP", `.B ${variable}`, roff(means)]),
    ".SH FILES",
    ".TP",
    ".I ~/.config/millwright/config.yaml",
    "the controller's address and the file with the token to show there; written by millwright login",
  ].join("\n")}\n`;
}

const ENVIRONMENT = [
  ["MILLWRIGHT_URL", "the controller's address"],
  ["MILLWRIGHT_TOKEN", "the token to show there"],
  ["MILLWRIGHT_APP", "the app, when --app isn't given"],
  ["MILLWRIGHT_ACCOUNT", "the account, for those who are in several"],
  ["NO_COLOR, FORCE_COLOR, CI", "how to write"],
] as const;

function leavesOf(command: CommandLine): CommandLine[] {
  return command.subcommands.length > 0 ? command.subcommands.flatMap(leavesOf) : [command];
}

function sectionOf(command: CommandLine): string[] {
  const help = command.createHelp();
  const options = help.visibleOptions(command).filter(({ long }) => long !== "--help");
  return [
    `.SS ${roff(help.commandUsage(command).replace(" [options]", ""))}`,
    roff(command.description()),
    ...command.registeredArguments.flatMap((each) => [".TP", `.I ${roff(each.name())}`, roff(each.description)]),
    ...options.flatMap((each) => [".TP", `.B ${roff(each.flags)}`, roff(help.optionDescription(each))]),
    ".PP",
    ...exampleLines(command),
    `Exit codes: ${command.exitCodes.map(([code, when]) => `${code} ${roff(when)}`).join("; ")}.`,
  ];
}

function exampleLines({ shownExamples }: CommandLine): string[] {
  const lines = shownExamples.map(([typed, does]) => roff(does === "" ? typed : `${typed}   # ${does}`));
  return [".nf", ".RS", ...lines, ".RE", ".fi"];
}

/** Text that roff shows as it is: a hyphen stays one that can be copied, and no line begins with a request. */
function roff(text: string): string {
  const shown = text.replaceAll("\\", "\\e").replaceAll("-", "\\-").replaceAll("`", "\\(ga").replaceAll("^", "\\(ha");
  const ascii = shown
    .replaceAll("~", "\\(ti")
    .replaceAll("…", "...")
    .replace(
      /\P{ASCII}/gu,
      (character) => `\\[u${character.codePointAt(0)?.toString(16).toUpperCase().padStart(4, "0")}]`,
    );
  return ascii.replace(/^([.'])/gm, "\\&$1");
}
