import { type Account, MEMBER_ROLES, type Member } from "../../protocol/account-api.ts";
import { segment } from "../client/api.ts";
import { EXIT } from "../exit-codes.ts";
import type { Session } from "../session.ts";
import { type Column, tableLines } from "../terminal/table.ts";
import { positiveNumber, unknownWord } from "../usage.ts";

const COLUMNS: Column<Account>[] = [
  { title: "ACCOUNT", cell: (account) => account.name },
  { title: "LIMIT", cell: (account) => `${account.concurrencyLimit ?? "none"}`, side: "right" },
  { title: "SINCE", cell: (account) => account.createdAt.slice(0, 10) },
  { title: "ID", cell: (account) => account.id },
];

const MEMBER_COLUMNS: Column<Member>[] = [
  { title: "MEMBER", cell: (member) => member.user.email },
  { title: "NAME", cell: (member) => member.user.name },
  { title: "ROLE", cell: (member) => member.role },
  { title: "STATE", cell: (member) => (member.disabled ? "disabled" : "") },
];

/** `millwright accounts list`. */
export async function listAccounts(session: Session): Promise<number> {
  const answer = await (await session.connect()).get<{ accounts: Account[] }>("/accounts");
  session.answer(answer, (output) => {
    if (answer.accounts.length === 0) return output.note("You are in no account: an admin of one can add you.");
    for (const line of tableLines(answer.accounts, COLUMNS, output.style)) output.line(line);
  });
  return EXIT.success;
}

/** `millwright accounts add`. */
export async function addAccount(session: Session, command: string, name: string, limit: string | undefined) {
  const request = { name, ...(limit === undefined ? {} : { concurrencyLimit: limitOf(command, limit) }) };
  const account = await (await session.connect()).send<Account>("POST", "/accounts", request);
  session.answer(account, (output) => output.line(`Added the account ${described(account)}.`));
  return EXIT.success;
}

/** `millwright accounts rename` and `set-limit`. */
export async function changeAccount(
  session: Session,
  command: string,
  key: string,
  change: { name?: string; limit?: string },
): Promise<number> {
  const { name, limit } = change;
  const request = {
    ...(name === undefined ? {} : { name }),
    ...(limit ? { concurrencyLimit: limitOf(command, limit) } : {}),
  };
  const account = await (await session.connect()).send<Account>("PATCH", `/accounts/${segment(key)}`, request);
  session.answer(account, (output) => output.line(`Changed the account ${described(account)}.`));
  return EXIT.success;
}

/** `millwright accounts members list`. */
export async function listMembers(session: Session, account: string): Promise<number> {
  const answer = await (await session.connect()).get<{ members: Member[] }>(membersOf(account));
  session.answer(answer, (output) => {
    if (answer.members.length === 0)
      return output.note(`No members. Add one: millwright accounts members add ${account} EMAIL --role admin`);
    for (const line of tableLines(answer.members, MEMBER_COLUMNS, output.style)) output.line(line);
  });
  return EXIT.success;
}

/** `millwright accounts members add`: also changes the role of who is one. */
export async function addMember(session: Session, command: string, account: string, email: string, role: string) {
  if (!MEMBER_ROLES.some((each) => each === role)) throw unknownWord(command, "role", role, MEMBER_ROLES);
  const api = await session.connect();
  const member = await api.send<Member>("PUT", `${membersOf(account)}/${segment(email)}`, { role });
  session.answer(member, (output) => output.line(`${member.user.email} is ${member.role} of ${account} now.`));
  return EXIT.success;
}

/** `millwright accounts members remove`. */
export async function removeMember(session: Session, account: string, email: string): Promise<number> {
  await (await session.connect()).send("DELETE", `${membersOf(account)}/${segment(email)}`);
  session.answer({ removed: email }, (output) => output.line(`Removed ${email} from ${account}.`));
  return EXIT.success;
}

function membersOf(account: string): string {
  return `/accounts/${segment(account)}/members`;
}

function limitOf(command: string, text: string): number | null {
  return text === "none" ? null : positiveNumber(command, "The limit", text);
}

function described({ name, concurrencyLimit: limit }: Account): string {
  return `${name}: ${limit === null ? "any number of builds" : `${limit} ${limit === 1 ? "build" : "builds"}`} at once`;
}
