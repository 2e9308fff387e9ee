import { expect, test } from "vitest";
import type { CommandLine } from "../../../src/cli/commands/command-line.ts";
import { completedCommands } from "../../../src/cli/reference/completed-commands.ts";
import { programToRead } from "../../support/program.ts";

const program = programToRead();

function leaves(command: CommandLine): CommandLine[] {
  return command.subcommands.length > 0 ? command.subcommands.flatMap(leaves) : [command];
}

function helpOf(command: CommandLine): string {
  let text = "";
  command.configureOutput({
    writeOut: (part) => {
      text += part;
    },
  });
  command.outputHelp();
  return text;
}

test("the help of every command has an example that begins with it, and its exit codes", () => {
  expect(leaves(program).length).toBeGreaterThan(60);
  for (const command of leaves(program)) {
    const help = helpOf(command);
    const words = command.fullName.replace(/ list$/, "");
    expect(help.slice(help.indexOf("\nExamples:\n")), command.fullName).toContain(words);
    expect(help, command.fullName).toMatch(/\nExit codes:\n +0 {2}\S/);
    expect(command.description(), command.fullName).not.toBe("");
    for (const option of command.options) expect(option.description || option.hidden, option.flags).not.toBe("");
  }
});

test("every command that prints something for programs has --json", () => {
  const without = leaves(program).filter(({ options }) => !options.some(({ long }) => long === "--json"));
  expect(without.map((command) => command.fullName)).toEqual(["millwright completion", "millwright man"]);
});

test("the words that completion offers belong to options and arguments that there are", () => {
  for (const command of leaves(program)) {
    const names = [
      ...command.options.map(({ long }) => long),
      ...command.registeredArguments.map((each) => each.name()),
    ];
    for (const name of command.choices.keys()) expect(names, command.fullName).toContain(name);
  }
});

test("completion knows every command, and nothing that the help hides", () => {
  const commands = completedCommands(program);
  const paths = commands.map(({ path }) => path);
  for (const command of leaves(program)) expect(paths).toContain(command.fullName.replace(/^millwright /, ""));
  const flags = commands.flatMap(({ options }) => options.flatMap((option) => option.flags));
  expect(flags).toContain("--target-platform");
  expect(flags).not.toContain("--build-stack");
});
