import { MEMBER_ROLES } from "../../protocol/account-api.ts";
import type { CommandLine } from "./command-line.ts";
import { asksController, examples, type Invocation } from "./invocation.ts";

const actions = () => import("../people/accounts.ts");

/** `millwright accounts …`. */
export function defineAccounts(program: CommandLine, invocation: Invocation): void {
  const group = program.command("accounts").description("who shares the controller: list, add, set-limit, members, …");

  const list = asksController(group.command("list", { isDefault: true })).description("list your accounts");
  examples(list, ["millwright accounts", ""]);
  list.action(() => invocation.act(list, async (session) => (await actions()).listAccounts(session)));

  const add = asksController(group.command("add").argument("<name>", "how the account is called"))
    .description("add an account, as an operator")
    .option("--limit <number>", "builds that may run at once (default: any number)");
  add.action((name: string) =>
    invocation.act(add, async (session) =>
      (await actions()).addAccount(session, add.fullName, name, add.opts<{ limit?: string }>().limit),
    ),
  );
  examples(add, ["millwright accounts add shop --limit 2", ""]);

  const limit = asksController(
    group.command("set-limit").argument("<account>", "name or id").argument("<number>", "a number, or none"),
  ).description("change how many builds of the account may run at once, as an operator");
  examples(limit, ["millwright accounts set-limit shop 2", ""], ["millwright accounts set-limit shop none", ""]);
  limit.action((account: string, number: string) =>
    invocation.act(limit, async (session) =>
      (await actions()).changeAccount(session, limit.fullName, account, { limit: number }),
    ),
  );

  const rename = asksController(
    group.command("rename").argument("<account>", "name or id").argument("<name>", "the new name"),
  ).description("give the account another name, as an operator");
  examples(rename, ["millwright accounts rename shop store", ""]);
  rename.action((account: string, name: string) =>
    invocation.act(rename, async (session) =>
      (await actions()).changeAccount(session, rename.fullName, account, { name }),
    ),
  );

  defineMembers(
    group.command("members").description("who is in an account, for its admins: list, add, remove"),
    invocation,
  );
}

function defineMembers(group: CommandLine, invocation: Invocation): void {
  const ofAccount = (word: string) => asksController(group.command(word).argument("<account>", "name or id"));

  const list = ofAccount("list").description("list the members");
  examples(list, ["millwright accounts members list shop", ""]);
  list.action((account: string) =>
    invocation.act(list, async (session) => (await actions()).listMembers(session, account)),
  );

  const add = ofAccount("add")
    .argument("<email>", "e-mail of the user")
    .description("add a member, or change the role of one")
    .option("--role <role>", "viewer, developer or admin", "developer");
  add.action((account: string, email: string) =>
    invocation.act(add, async (session) =>
      (await actions()).addMember(session, add.fullName, account, email, add.opts<{ role: string }>().role),
    ),
  );
  add.choices.set("--role", MEMBER_ROLES);
  examples(add, ["millwright accounts members add shop anna@example.com --role admin", ""]);

  const remove = ofAccount("remove").argument("<email>", "e-mail of the user").description("remove a member");
  examples(remove, ["millwright accounts members remove shop anna@example.com", ""]);
  remove.action((account: string, email: string) =>
    invocation.act(remove, async (session) => (await actions()).removeMember(session, account, email)),
  );
}
