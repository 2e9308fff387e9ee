import type { WindowOptions } from "../managing/maintenance.ts";
import type { CommandLine } from "./command-line.ts";
import { asksController, examples, type Invocation } from "./invocation.ts";

const actions = () => import("../managing/maintenance.ts");

/** `millwright agents maintenance …`. */
export function defineMaintenance(agents: CommandLine, invocation: Invocation): void {
  const group = agents
    .command("maintenance")
    .description("times in which agents take no new builds, which begin and end by themselves: list, add, remove");

  const list = asksController(group.command("list", { isDefault: true })).description(
    "list the windows that are open, and the next time of each other",
  );
  list.action(() => invocation.act(list, async (session) => (await actions()).listWindows(session)));
  examples(list, ["millwright agents maintenance", ""]);

  const add = asksController(group.command("add").argument("[agent]", "name or id of the agent"))
    .description("say when an agent takes no new builds; those that run go on; for operators")
    .option("--all", "of all agents, also of those that join later")
    .option("--weekly <time>", 'such as "Sun 02:00-04:00 Europe/Berlin", "Mon-Fri 22:00-06:00" or "daily 03:00-03:30"')
    .option("--from <time>", "such as 2026-11-22T02:00 (default: now)")
    .option("--until <time>", "when it ends")
    .option("--for <duration>", "how long it lasts, such as 90m, instead of --until")
    .option(
      "--zone <zone>",
      "the time zone of what is said here, such as Europe/Berlin (default: that of this computer)",
    )
    .option("--reason <text>", "told to those who ask why their build waits");
  add.action((agent: string | undefined) =>
    invocation.act(add, async (session) =>
      (await actions()).addWindow(session, add.fullName, agent, add.opts<WindowOptions>()),
    ),
  );
  examples(
    add,
    ["millwright agents maintenance add mini-2 --for 2h --reason 'Xcode update'", "from now on"],
    ["millwright agents maintenance add mini-2 --from 2026-11-22T02:00 --until 2026-11-22T04:00", ""],
    ["millwright agents maintenance add --all --weekly 'Sun 02:00-04:00 Europe/Berlin'", "each Sunday"],
  );

  const remove = asksController(group.command("remove").argument("<window>", "its id"));
  remove.description("remove a window: agents take builds again; for operators");
  remove.action((id: string) => invocation.act(remove, async (session) => (await actions()).removeWindow(session, id)));
  examples(remove, ["millwright agents maintenance remove m0123456789abcdef", ""]);
}
