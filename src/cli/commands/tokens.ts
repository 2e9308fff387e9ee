import type { TokenOptions } from "../people/tokens.ts";
import type { CommandLine } from "./command-line.ts";
import { asksController, examples, type Invocation } from "./invocation.ts";

/** `millwright tokens …`. */
export function defineTokens(program: CommandLine, invocation: Invocation): void {
  const group = program.command("tokens").description("your tokens for programs: list, create, revoke");
  const actions = () => import("../people/tokens.ts");

  const list = asksController(group.command("list", { isDefault: true })).description("list your tokens");
  examples(list, ["millwright tokens", ""]);
  list.action(() => invocation.act(list, async (session) => (await actions()).listTokens(session)));

  const create = asksController(group.command("create").argument("<name>", "what it is for"))
    .description("make a token and print it, once; with --account it is only good there")
    .option("--scopes <scopes>", "what it may do, of what you may: read, build, manage", "read,build")
    .option("--expires <days>", "days until it expires (default: never)");
  create.action((name: string) =>
    invocation.act(create, async (session) =>
      (await actions()).createToken(session, create.fullName, name, create.optsWithGlobals<TokenOptions>()),
    ),
  );
  examples(
    create,
    ["millwright tokens create ci", "for builds in CI"],
    ["millwright tokens create board --scopes read --account shop --expires 90", "only to look at one account"],
  );

  const revoke = asksController(group.command("revoke").argument("<token>", "name or id of the token"));
  revoke.description("revoke a token: it is refused from now on");
  examples(revoke, ["millwright tokens revoke ci", ""]);
  revoke.action((key: string) =>
    invocation.act(revoke, async (session) => (await actions()).revokeToken(session, key)),
  );
}
