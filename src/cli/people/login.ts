import { MillwrightError } from "../../base/errors/millwright-error.ts";
import type { Login, Me } from "../../protocol/account-api.ts";
import { Api } from "../client/api.ts";
import { configFile, controllerAddress } from "../client/settings.ts";
import { forgetLogin, storeLogin } from "../client/stored-login.ts";
import { EXIT } from "../exit-codes.ts";
import type { Session } from "../session.ts";
import { warningLines } from "../terminal/failure.ts";
import { type Column, tableLines } from "../terminal/table.ts";
import { usageError } from "../usage.ts";
import { type PasswordOptions, readNewPassword, readPassword } from "./password-input.ts";

export interface LoginOptions extends PasswordOptions {
  email?: string;
}

const COLUMNS: Column<Me["accounts"][number]>[] = [
  { title: "ACCOUNT", cell: (account) => account.name },
  { title: "ROLE", cell: (account) => account.role ?? "" },
  { title: "MAY", cell: (account) => account.scopes.join(", ") },
  { title: "ID", cell: (account) => account.id },
];

/** `millwright login`. */
export async function login(session: Session, command: string, options: LoginOptions): Promise<number> {
  const url = await urlOf(session);
  const email = options.email ?? (await session.prompt?.text("E-mail"));
  if (email === undefined) throw usageError(command, "Name who logs in: --email EMAIL.");
  const password = await readPassword(session, command, options);
  const { token, user } = await new Api({ url }).send<Login>("POST", "/session", { email, password });
  await storeLogin(configFile(session.environment), { url, token });
  session.answer({ url, user }, (output) => output.line(`Logged in to ${url} as ${user.email}.`));
  if (session.environment["MILLWRIGHT_TOKEN"]) warn(session, "MILLWRIGHT_TOKEN is set and goes before this login.");
  return EXIT.success;
}

/** `millwright logout`: of the login that the configuration holds, whatever the environment says. */
export async function logout(session: Session): Promise<number> {
  const { HOME, XDG_CONFIG_HOME } = session.environment;
  const file = configFile(session.environment);
  const address = await controllerAddress({}, { HOME, XDG_CONFIG_HOME }).catch(() => undefined);
  if (address?.token !== undefined) await endThere(session, new Api(address));
  await forgetLogin(file);
  session.answer({ loggedOut: address?.token !== undefined }, (output) =>
    output.line(address?.token === undefined ? "You were not logged in." : `Logged out of ${address.url}.`),
  );
  return EXIT.success;
}

/** `millwright whoami`. */
export async function whoAmI(session: Session): Promise<number> {
  const api = await session.connect();
  const me = await api.get<Me>("/me");
  session.answer(me, (output) => {
    output.line(`${me.name} at ${api.url}${me.operator ? ", operator" : ""}`);
    if (me.accounts.length === 0) return output.note("In no account: an admin of one can add you.");
    for (const line of tableLines(me.accounts, COLUMNS, output.style)) output.line(line);
  });
  return EXIT.success;
}

/** `millwright password`: the own one. */
export async function changePassword(session: Session, command: string): Promise<number> {
  if (!session.prompt) throw usageError(command, "There is nobody to ask for the passwords here: it needs a terminal.");
  const api = await session.connect();
  const current = await session.prompt.hidden("Current password");
  const password = await readNewPassword(session, command, {});
  if (password === undefined) throw usageError(command, "The new password is empty.");
  await api.send("PUT", "/me/password", { current, new: password });
  session.answer({ changed: true }, (output) => output.line("Changed. Your other logins were ended."));
  return EXIT.success;
}

/** The address that is known, else a person is asked. */
async function urlOf(session: Session): Promise<string> {
  try {
    return await session.url();
  } catch (error) {
    if (!(error instanceof MillwrightError) || error.code !== "CONTROLLER_NOT_NAMED" || !session.prompt) throw error;
    return session.url(await session.prompt.text("Address of the controller"));
  }
}

/** A login that is forgotten here should not live on there; when it can't be ended it isn't kept for that. */
async function endThere(session: Session, api: Api): Promise<void> {
  try {
    await api.send("DELETE", "/session");
  } catch (error) {
    if (!(error instanceof MillwrightError)) throw error;
    if (error.code === "UNAUTHENTICATED") return; // it had ended
    warn(session, `The login is forgotten here, and stays valid at ${api.url} until it expires: ${error.failure.what}`);
  }
}

function warn(session: Session, text: string): void {
  for (const line of warningLines(text, session.output.noteStyle)) session.output.note(line);
}
