import type { PasswordOptions } from "../people/password-input.ts";
import type { UserOptions } from "../people/users.ts";
import type { CommandLine } from "./command-line.ts";
import { asksController, examples, type Invocation } from "./invocation.ts";

/** `millwright users …`. */
export function defineUsers(program: CommandLine, invocation: Invocation): void {
  const group = program.command("users").description("the people of the controller, for operators: list, add, set, …");
  const actions = () => import("../people/users.ts");

  const list = asksController(group.command("list", { isDefault: true })).description("list the users");
  examples(list, ["millwright users", ""]);
  list.action(() => invocation.act(list, async (session) => (await actions()).listUsers(session)));

  const add = asksController(group.command("add").argument("<email>", "e-mail of the user"))
    .description("add a user; on a terminal a password is asked for")
    .option("--name <name>", "name for people")
    .option("--operator", "may do everything on this controller")
    .option("--password-stdin", "read the password from stdin instead of asking for it")
    .option("--invite", "without a password: set one later with millwright users password");
  add.action((email: string) =>
    invocation.act(add, async (session) =>
      (await actions()).addUser(session, add.fullName, email, add.opts<UserOptions>()),
    ),
  );
  examples(
    add,
    ["millwright users add anna@example.com --operator", "the first one, with the token in admin.token"],
    ["millwright users add ben@example.com --name 'Ben Berg' --invite", ""],
  );

  const set = asksController(group.command("set").argument("<email>", "e-mail of the user"))
    .description("change what is given, leave the rest")
    .option("--name <name>", "a new name")
    .option("--operator", "make an operator")
    .option("--no-operator", "no longer an operator");
  examples(set, ["millwright users set ben@example.com --operator", ""]);
  set.action((email: string) =>
    invocation.act(set, async (session) =>
      (await actions()).changeUser(session, set.fullName, email, set.opts<UserOptions>()),
    ),
  );

  definePassword(group, invocation);
  defineDisable(group, invocation);
}

function definePassword(group: CommandLine, invocation: Invocation): void {
  const command = asksController(group.command("password").argument("<email>", "e-mail of the user"))
    .description("set a new password, and end the user's logins")
    .option("--password-stdin", "read it from stdin instead of asking for it");
  examples(command, ["millwright users password ben@example.com", ""]);
  command.action((email: string) =>
    invocation.act(command, async (session) => {
      const { setUserPassword } = await import("../people/users.ts");
      return setUserPassword(session, command.fullName, email, command.opts<PasswordOptions>());
    }),
  );
}

function defineDisable(group: CommandLine, invocation: Invocation): void {
  for (const [word, disabled] of [["disable", true] as const, ["enable", false] as const]) {
    const command = asksController(group.command(word).argument("<email>", "e-mail of the user"));
    command.description(disabled ? "refuse the user and all tokens of theirs" : "let a disabled user in again");
    examples(command, [`millwright users ${word} ben@example.com`, ""]);
    command.action((email: string) =>
      invocation.act(command, async (session) =>
        (await import("../people/users.ts")).setDisabled(session, email, disabled),
      ),
    );
  }
}
