import { PAGES } from "../browsing/pages.ts";
import type { CommandLine } from "./command-line.ts";
import { asksController, examples, type Invocation } from "./invocation.ts";

/** `millwright open`. */
export function defineOpen(program: CommandLine, invocation: Invocation): void {
  const command = asksController(program.command("open"))
    .description("show the controller's web page in the browser; print its address where there is no browser")
    .argument("[page]", "number of a build, or builds, agents or settings (default: builds)")
    .option("--print", "only print the address");
  command.choices.set("page", PAGES);
  command.action((page: string | undefined) =>
    invocation.act(command, async (session) => {
      const { openPage } = await import("../browsing/open-page.ts");
      return openPage(session, command.fullName, page, command.opts<{ print?: boolean }>());
    }),
  );
  examples(command, ["millwright open 12", "build 12"], ["millwright open agents --print", "only the address"]);
}
