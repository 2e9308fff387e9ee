import type { AppOptions } from "../managing/apps.ts";
import type { CommandLine } from "./command-line.ts";
import { asksController, examples, type Invocation } from "./invocation.ts";

/** `millwright apps …`. */
export function defineApps(program: CommandLine, invocation: Invocation): void {
  const group = program.command("apps").description("the apps that can be built: list, add, set, trust, remove");
  const actions = () => import("../managing/apps.ts");

  const list = asksController(group.command("list", { isDefault: true })).description("list the apps");
  examples(list, ["millwright apps", ""]);
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
    ["millwright apps add shop", "its repository is kept here: git push starts builds"],
    ["millwright apps add shop --git-url https://git.example.com/team/shop.git", ""],
    ["millwright apps add shop --git-url URL --git-username ci --git-token-file token.txt", "a private repository"],
    ["pass git/shop | millwright apps add shop --git-url URL --git-token-file -", "the token from stdin"],
  );

  const set = appOptions(group.command("set").argument("<name>", "name of the app"), false);
  set.description("change what is given, leave the rest");
  limitOptions(set);
  set.action((name: string) =>
    invocation.act(set, async (session) =>
      (await actions()).changeApp(session, set.fullName, name, set.opts<AppOptions>()),
    ),
  );
  examples(
    set,
    ["millwright apps set shop --subfolder apps/shop", ""],
    ["millwright apps set shop --keep-artifacts-days 30 --timeout-minutes 90", ""],
  );

  const trust = asksController(group.command("trust").argument("<name>", "name of the app"));
  trust.argument("[branches...]", "all branches whose builds get secrets; * stands for any text");
  trust.option("--all", "builds of every commit get secrets, as without this rule");
  trust.option("--none", "no build gets secrets");
  trust.description("say which branches' builds get secrets and are signed, or show it");
  trust.action((name: string, branches: string[]) =>
    invocation.act(trust, async (session) => {
      const { trustBranches } = await import("../managing/app-trust.ts");
      return trustBranches(session, trust.fullName, name, branches, trust.opts<{ all?: true; none?: true }>());
    }),
  );
  examples(
    trust,
    ["millwright apps trust shop main 'release/*'", "other branches are built without secrets"],
    ["millwright apps trust shop", "which they are"],
    ["millwright apps trust shop --all", "as for a new app"],
  );

  const remove = asksController(group.command("remove").argument("<name>", "name of the app")).description(
    "remove an app",
  );
  examples(remove, ["millwright apps remove shop", ""]);
  remove.action((name: string) =>
    invocation.act(remove, async (session) => (await actions()).removeApp(session, name)),
  );
}

function limitOptions(command: CommandLine): CommandLine {
  return command
    .option("--keep-artifacts-days <days>", "how long the files of its builds are kept; default for what holds for all")
    .option("--keep-logs-days <days>", "how long the logs of its builds are kept; default for what holds for all")
    .option("--timeout-minutes <minutes>", "how long its builds may take; default for what the agents allow");
}

function appOptions(command: CommandLine, isNew: boolean): CommandLine {
  if (isNew) {
    const without = "without it, the controller keeps the repository, to be pushed to";
    command.option("--git-url <url>", `address of the repository, as build hosts reach it; ${without}`);
  } else {
    command.option("--name <name>", "a new name").option("--git-url <url>", "address of the repository");
    command.option("--own-remote", "let the controller keep the repository, to be pushed to");
  }
  command
    .option("--subfolder <folder>", "the app's folder inside the repository")
    .option("--git-username <name>", "user name for the repository")
    .option("--git-token-file <file>", "file with the token or password for it; - for stdin")
    .option("--deploy-on-push <on|off>", "whether a push starts a deploy build (on)")
    .option("--cancel-older <on|off>", "whether a push cancels the builds that older pushes to its branch began (off)");
  command.choices.set("--deploy-on-push", ["on", "off"]).set("--cancel-older", ["on", "off"]);
  return asksController(command);
}
