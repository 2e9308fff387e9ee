import type { Push, PushSecret } from "../../protocol/push-api.ts";
import { chooseApp } from "../checkout/choose.ts";
import { segment } from "../client/api.ts";
import { EXIT } from "../exit-codes.ts";
import type { Session } from "../session.ts";
import { type Column, tableLines } from "../terminal/table.ts";

const COLUMNS: Column<Push>[] = [
  { title: "PUSHED", cell: (push) => push.at.slice(0, 16).replace("T", " ") },
  { title: "FROM", cell: (push) => push.source },
  { title: "BRANCH", cell: (push) => push.branch },
  { title: "COMMIT", cell: (push) => push.commit?.slice(0, 10) ?? "" },
  { title: "MESSAGE", cell: (push) => push.note },
  { title: "OUTCOME", cell: (push) => push.outcome || "under way" },
];

/** `millwright pushes list`. */
export async function listPushes(session: Session, app: string | undefined, limit: number): Promise<number> {
  const api = await session.connect();
  const { id, name } = await chooseApp(api, appNamed(session, app), session.folder);
  const answer = await api.get<{ pushes: Push[] }>(`/apps/${segment(id)}/pushes`, { limit });
  session.answer(answer, (output) => {
    if (answer.pushes.length === 0) return output.note(`Nothing was pushed to ${name} yet.`);
    for (const line of tableLines(answer.pushes, COLUMNS, output.style)) output.line(line);
  });
  return EXIT.success;
}

/** `millwright pushes secret`. */
export async function makePushSecret(session: Session, app: string | undefined): Promise<number> {
  const api = await session.connect();
  const { id, name } = await chooseApp(api, appNamed(session, app), session.folder);
  const made = await api.send<PushSecret>("POST", `/apps/${segment(id)}/push-secret`);
  session.answer(made, (output) => {
    output.line(`The webhook for ${name}, for the event push, with content type application/json:`);
    output.line(`  address  ${made.url}`);
    output.line(`  secret   ${made.secret}`);
    output.note("The secret isn't shown again.");
  });
  return EXIT.success;
}

/** The app of the option, else of MILLWRIGHT_APP. */
export function appNamed(session: Session, option: string | undefined): string | undefined {
  return option ?? (session.environment["MILLWRIGHT_APP"] || undefined);
}
