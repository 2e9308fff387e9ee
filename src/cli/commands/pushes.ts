import { positiveNumber } from "../usage.ts";
import type { CommandLine } from "./command-line.ts";
import { asksController, examples, type Invocation } from "./invocation.ts";

/** `millwright pushes …`. */
export function definePushes(program: CommandLine, invocation: Invocation): void {
  const group = program.command("pushes").description("what was pushed and what came of it: list, secret");
  const actions = () => import("../managing/pushes.ts");

  const list = ofApp(group.command("list", { isDefault: true })).description("list the pushes of an app, newest first");
  list.option("--limit <number>", "how many", "20");
  examples(list, ["millwright pushes --app shop", ""]);
  list.action(() =>
    invocation.act(list, async (session) => {
      const { app, limit } = list.opts<{ app?: string; limit: string }>();
      return (await actions()).listPushes(session, app, positiveNumber(list.fullName, "--limit", limit));
    }),
  );

  const secret = ofApp(group.command("secret"));
  secret.description("make the secret of the webhook at the app's git host; the one before ends");
  secret.action(() =>
    invocation.act(secret, async (session) =>
      (await actions()).makePushSecret(session, secret.opts<{ app?: string }>().app),
    ),
  );
  examples(secret, ["millwright pushes secret --app shop", "then paste address and secret at the git host"]);
}

/** Adds `--app` to a command about one app. */
export function ofApp(command: CommandLine): CommandLine {
  return asksController(command).option("--app <name>", "name or id of the app (default: known by the checkout)");
}
