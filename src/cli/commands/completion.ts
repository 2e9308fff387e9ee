import { EXIT, EXIT_CODES_ALONE } from "../exit-codes.ts";
import { unknownWord } from "../usage.ts";
import type { CommandLine } from "./command-line.ts";
import { examples, type Invocation } from "./invocation.ts";

const SHELLS = ["bash", "zsh", "fish"];

/** `millwright completion`. */
export function defineCompletion(program: CommandLine, invocation: Invocation): void {
  const command = program
    .command("completion")
    .description("print a script that lets your shell complete commands, options and what they take")
    .argument("<shell>", "bash, zsh or fish");
  command.choices.set("shell", SHELLS);
  command.exitCodes = EXIT_CODES_ALONE;
  command.action(async (shell: string) => {
    if (!SHELLS.includes(shell)) throw unknownWord(command.fullName, "shell", shell, SHELLS);
    invocation.surroundings.stdout.write(await scriptFor(shell, program));
    invocation.exitCode = EXIT.success;
  });
  examples(
    command,
    ["source <(millwright completion bash)", "in ~/.bashrc"],
    ["source <(millwright completion zsh)", "in ~/.zshrc, after compinit"],
    ["millwright completion fish | source", "in ~/.config/fish/config.fish"],
  );
}

async function scriptFor(shell: string, program: CommandLine): Promise<string> {
  const { completedCommands } = await import("../reference/completed-commands.ts");
  const commands = completedCommands(program);
  if (shell === "zsh") return (await import("../reference/zsh-completion.ts")).zshScript(commands);
  if (shell === "fish") return (await import("../reference/fish-completion.ts")).fishScript(commands);
  return (await import("../reference/bash-completion.ts")).bashScript(commands);
}
