import type { LoginOptions } from "../people/login.ts";
import type { CommandLine } from "./command-line.ts";
import { asksController, examples, type Invocation } from "./invocation.ts";

/** `millwright login`, `logout`, `whoami` and `password`. */
export function defineLogin(program: CommandLine, invocation: Invocation): void {
  const actions = () => import("../people/login.ts");

  const login = program.command("login").description("log in with e-mail and password, for all later commands");
  login
    .option("--email <email>", "who logs in (default: asked for)")
    .option("--password-stdin", "read the password from stdin instead of asking for it")
    .option("--url <url>", "the controller's address (default: MILLWRIGHT_URL, else the configuration)")
    .option("--json", "print one JSON document on stdout; everything else goes to stderr");
  login.action(() =>
    invocation.act(login, async (session) =>
      (await actions()).login(session, login.fullName, login.opts<LoginOptions>()),
    ),
  );
  examples(
    login,
    ["millwright login --url https://builds.example.com", ""],
    ["pass millwright | millwright login --email ci@example.com --password-stdin", "where nobody can be asked"],
  );

  const logout = program.command("logout").description("end that login, here and at the controller");
  logout.option("--json", "print one JSON document on stdout; everything else goes to stderr");
  examples(logout, ["millwright logout", ""]);
  logout.action(() => invocation.act(logout, async (session) => (await actions()).logout(session)));

  const whoAmI = asksController(program.command("whoami")).description(
    "who you are for the controller, and what you may do",
  );
  examples(whoAmI, ["millwright whoami", ""]);
  whoAmI.action(() => invocation.act(whoAmI, async (session) => (await actions()).whoAmI(session)));

  const password = asksController(program.command("password")).description("change your own password");
  examples(password, ["millwright password", ""]);
  password.action(() =>
    invocation.act(password, async (session) => (await actions()).changePassword(session, password.fullName)),
  );
}
