import type { LinkOptions } from "../checkout/link.ts";
import type { CommandLine } from "./command-line.ts";
import { asksController, examples, type Invocation } from "./invocation.ts";

/** `millwright link`. */
export function defineLink(program: CommandLine, invocation: Invocation): void {
  const link = asksController(program.command("link").argument("[app]", "name or id (default: known by the checkout)"))
    .description("write the app's id into this project, and add its remote when the controller has it")
    .option("--remote <name>", "name of the git remote", "millwright")
    .option("--yes", "add the git remote without asking");
  link.action((app: string | undefined) =>
    invocation.act(link, async (session) => {
      const { linkApp } = await import("../checkout/link.ts");
      return linkApp(session, link.fullName, app, link.opts<LinkOptions>());
    }),
  );
  examples(link, ["millwright link shop --yes", "then: git push millwright main"]);
}
