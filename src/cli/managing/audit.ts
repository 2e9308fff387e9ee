import type { AuditEntry, AuditKind } from "../../protocol/audit-api.ts";
import { EXIT } from "../exit-codes.ts";
import type { Session } from "../session.ts";
import { type Column, tableLines } from "../terminal/table.ts";
import { positiveNumber, usageError } from "../usage.ts";

export interface AuditOptions {
  profile?: string;
  environment?: string;
  nativeConfig?: string;
  app?: string;
  agent?: string;
  user?: string;
  build?: string;
  limit: string;
}

const COLUMNS: Column<AuditEntry>[] = [
  { title: "WHEN (UTC)", cell: (entry) => entry.at.slice(0, 19).replace("T", " ") },
  { title: "WHO", cell: (entry) => entry.actor },
  { title: "DID", cell: (entry) => entry.action },
  { title: "KIND", cell: (entry) => entry.kind },
  { title: "NAME", cell: (entry) => entry.name },
  { title: "BUILD", cell: (entry) => (entry.build === undefined ? "" : `${entry.build}`), side: "right" },
  { title: "STEP", cell: (entry) => entry.step ?? "" },
  { title: "DETAIL", cell: (entry) => entry.detail, least: 12 },
];

/** `millwright audit`. */
export async function listAudit(session: Session, command: string, options: AuditOptions): Promise<number> {
  const { build } = options;
  const query = {
    ...subject(command, options),
    build: build === undefined ? undefined : positiveNumber(command, "--build", build),
    limit: positiveNumber(command, "--limit", options.limit),
  };
  const answer = await (await session.connect()).get<{ entries: AuditEntry[]; next?: number }>("/audit", query);
  session.answer(answer, (output) => {
    if (answer.entries.length === 0) return output.note("No entries.");
    for (const line of tableLines(answer.entries, COLUMNS, output.style)) output.line(line);
    if (answer.next !== undefined) output.note("There are older entries: see more of them with --limit NUMBER.");
  });
  return EXIT.success;
}

/** The one thing that was named. Throws USAGE for two. */
function subject(command: string, options: AuditOptions): { kind?: AuditKind; name?: string } {
  const { profile, environment, nativeConfig, app, agent, user } = options;
  const kinds = { profile, environment, "native-config": nativeConfig, app, agent, user };
  const [first, second] = Object.entries(kinds).filter(([, name]) => name !== undefined);
  if (first && second)
    throw usageError(command, `Name one of --${first[0]} and --${second[0]}: an entry is of one thing.`);
  return first ? { kind: first[0] as AuditKind, name: first[1] as string } : {};
}
