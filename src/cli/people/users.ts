import type { User, UserChange, UserRequest } from "../../protocol/account-api.ts";
import { segment } from "../client/api.ts";
import { EXIT } from "../exit-codes.ts";
import type { Session } from "../session.ts";
import { type Column, tableLines } from "../terminal/table.ts";
import { usageError } from "../usage.ts";
import { type PasswordOptions, readNewPassword } from "./password-input.ts";

export interface UserOptions extends PasswordOptions {
  name?: string;
  operator?: boolean;
  invite?: boolean;
}

const COLUMNS: Column<User>[] = [
  { title: "USER", cell: (user) => user.email },
  { title: "NAME", cell: (user) => user.name },
  { title: "OPERATOR", cell: (user) => (user.operator ? "yes" : "") },
  { title: "STATE", cell: stateOf },
  { title: "SINCE", cell: (user) => user.createdAt.slice(0, 10) },
  { title: "ID", cell: (user) => `${user.id}`, side: "right" },
];

/** `millwright users list`. */
export async function listUsers(session: Session): Promise<number> {
  const answer = await (await session.connect()).get<{ users: User[] }>("/users");
  session.answer(answer, (output) => {
    if (answer.users.length === 0) return output.note("No users. Add one: millwright users add EMAIL");
    for (const line of tableLines(answer.users, COLUMNS, output.style)) output.line(line);
  });
  return EXIT.success;
}

/** `millwright users add`. */
export async function addUser(session: Session, command: string, email: string, options: UserOptions): Promise<number> {
  const { name, operator, invite } = options;
  const api = await session.connect();
  const password = invite ? undefined : await readNewPassword(session, command, options);
  const all = { email, name, operator, password };
  const request = Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
  const user = await api.send<User>("POST", "/users", request as unknown as UserRequest);
  session.answer(user, (output) => {
    output.line(`Added ${user.email}${user.operator ? " as operator" : ""}.`);
    if (!user.hasPassword) output.note(`No password yet. Set one: millwright users password ${user.email}`);
  });
  return EXIT.success;
}

/** `millwright users set`. */
export async function changeUser(session: Session, command: string, email: string, options: UserOptions) {
  const { name, operator } = options;
  const change: UserChange = {
    ...(name === undefined ? {} : { name }),
    ...(operator === undefined ? {} : { operator }),
  };
  if (Object.keys(change).length === 0)
    throw usageError(command, "There is nothing to change: name what should be set.");
  return patch(session, email, change, "Changed");
}

/** `millwright users password`. */
export async function setUserPassword(session: Session, command: string, email: string, options: PasswordOptions) {
  const password = await readNewPassword(session, command, options);
  if (password === undefined) throw usageError(command, "Give the new password with --password-stdin.");
  return patch(session, email, { password }, "Set the password of");
}

/** `millwright users disable` and `enable`. */
export async function setDisabled(session: Session, email: string, disabled: boolean): Promise<number> {
  return patch(session, email, { disabled }, disabled ? "Disabled" : "Enabled");
}

async function patch(session: Session, email: string, change: UserChange, did: string): Promise<number> {
  const user = await (await session.connect()).send<User>("PATCH", `/users/${segment(email)}`, change);
  session.answer(user, (output) => output.line(`${did} ${user.email}.`));
  return EXIT.success;
}

function stateOf(user: User): string {
  if (user.disabled) return "disabled";
  return user.hasPassword ? "" : "no password";
}
