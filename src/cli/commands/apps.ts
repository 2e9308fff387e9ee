import type { AppOptions } from "../managing/apps.ts";
import type { CommandLine } from "./command-line.ts";
import { asksController, examples, type Invocation } from "./invocation.ts";

/** `millwright apps …`. */
export function defineApps(program: CommandLine, invocation: Invocation): void {
  const group = program.command("apps").description("the apps that can be built: list, add, set, remove");
  const actions = () => import("../managing/apps.ts");

  const list = asksController(group.command("list", { isDefault: true })).description("list the apps");
  list.action(() => invocation.act(list, async (session) => (await actions()).listApps(session)));

  const add = appOptions(group.command("add").argument("<name>", "how the app is called from now on"), true);
  add.description("register an app: a git repository, or a folder in one");
  add.action((name: string) =>
    invocation.act(add, async (session) =>
      (await actions()).addApp(session, add.fullName, name, add.opts<AppOptions>()),
    ),
  );
  examples(
    add,
    ["millwright apps add shop --git-url https://git.example.com/team/shop.git", ""],
    ["millwright apps add shop --git-url URL --git-username ci --git-token-file token.txt", "a private repository"],
    ["pass git/shop | millwright apps add shop --git-url URL --git-token-file -", "the token from stdin"],
  );

  const set = appOptions(group.command("set").argument("<name>", "name of the app"), false);
  set.description("change what is given, leave the rest");
  set.action((name: string) =>
    invocation.act(set, async (session) =>
      (await actions()).changeApp(session, set.fullName, name, set.opts<AppOptions>()),
    ),
  );
  examples(set, ["millwright apps set shop --subfolder apps/shop", ""]);

  const remove = asksController(group.command("remove").argument("<name>", "name of the app")).description(
    "remove an app",
  );
  remove.action((name: string) =>
    invocation.act(remove, async (session) => (await actions()).removeApp(session, name)),
  );
}

function appOptions(command: CommandLine, isNew: boolean): CommandLine {
  if (isNew) command.requiredOption("--git-url <url>", "address of the repository, as build hosts reach it");
  else command.option("--name <name>", "a new name").option("--git-url <url>", "address of the repository");
  command
    .option("--subfolder <folder>", "the app's folder inside the repository")
    .option("--git-username <name>", "user name for the repository")
    .option("--git-token-file <file>", "file with the token or password for it; - for stdin");
  return asksController(command);
}
