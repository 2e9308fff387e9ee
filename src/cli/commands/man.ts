import { EXIT, EXIT_CODES_ALONE } from "../exit-codes.ts";
import type { CommandLine } from "./command-line.ts";
import { examples, type Invocation } from "./invocation.ts";

/** `millwright man`. */
export function defineMan(program: CommandLine, invocation: Invocation): void {
  const command = program.command("man").description("print the manual page of all commands, for man");
  command.exitCodes = EXIT_CODES_ALONE;
  command.action(async () => {
    const { manualPage } = await import("../reference/manual-page.ts");
    invocation.surroundings.stdout.write(manualPage(program));
    invocation.exitCode = EXIT.success;
  });
  examples(
    command,
    ["millwright man | man -l -", "read it on Linux"],
    ["millwright man > ~/.local/share/man/man1/millwright.1", "then: man millwright"],
  );
}
