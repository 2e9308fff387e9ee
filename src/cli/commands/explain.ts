import type { CommandLine } from "./command-line.ts";
import { asksController, examples, type Invocation } from "./invocation.ts";

/** `millwright explain`. */
export function defineExplain(program: CommandLine, invocation: Invocation): void {
  const command = asksController(program.command("explain"))
    .description("say why a build isn't running: its account's limit, its place, what each agent has for it")
    .argument("<build>", "number of the build");
  command.action((build: string) =>
    invocation.act(command, async (session) => {
      const { explainBuild } = await import("../building/explain.ts");
      return explainBuild(session, command.fullName, build);
    }),
  );
  examples(command, ["millwright explain 12", ""]);
}
