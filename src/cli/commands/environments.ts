import type { EnvironmentOptions } from "../managing/environments.ts";
import type { CommandLine } from "./command-line.ts";
import { asksController, collected, examples, type Invocation } from "./invocation.ts";

/** `millwright environments …`. */
export function defineEnvironments(program: CommandLine, invocation: Invocation): void {
  const group = program.command("environments").description("variables and secrets of builds: list, set, remove");
  const named = () => import("../managing/named-settings.ts");

  const list = asksController(group.command("list", { isDefault: true }));
  list.description("list the environments: variables, and the names of secrets and files");
  examples(list, ["millwright environments", ""]);
  list.action(() => invocation.act(list, async (session) => (await named()).listSettings(session, "environments")));

  const set = asksController(group.command("set").argument("<name>", "name of the environment"))
    .description("write an environment: what was in it before is replaced")
    .option("--var <name=value>", "a variable; may be given again and again", collected, [])
    .option(
      "--secret-file <name=file>",
      "a secret, masked in logs, from a file or - for stdin; again and again",
      collected,
      [],
    )
    .option(
      "--file-secret <name=file>",
      "a secret that tools want as a file: in builds the variable holds the path of a temporary file; again and again",
      collected,
      [],
    );
  set.action((name: string) =>
    invocation.act(set, async (session) => {
      const { setEnvironment } = await import("../managing/environments.ts");
      return setEnvironment(session, set.fullName, name, set.opts<EnvironmentOptions>());
    }),
  );
  examples(
    set,
    ["millwright environments set production --var API=https://api.example.com --secret-file KEY=key.txt", ""],
    ["millwright environments set store --file-secret SERVICE_ACCOUNT=account.json", "SERVICE_ACCOUNT is a path there"],
  );

  const remove = asksController(group.command("remove").argument("<name>", "name of the environment"));
  remove.description("remove an environment and its secrets");
  examples(remove, ["millwright environments remove staging", ""]);
  remove.action((name: string) =>
    invocation.act(remove, async (session) => (await named()).removeSetting(session, "environments", name)),
  );
}
