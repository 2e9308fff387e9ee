import { parseDuration } from "../../base/units.ts";
import type { Invitation, InvitationRequest, NewInvitation } from "../../protocol/agent-api.ts";
import { readInvitation } from "../../protocol/invitation-line.ts";
import { segment } from "../client/api.ts";
import { EXIT } from "../exit-codes.ts";
import type { Session } from "../session.ts";
import { type Column, tableLines } from "../terminal/table.ts";
import { positiveNumber, usageError } from "../usage.ts";

export interface InviteOptions {
  name?: string;
  ttl: string;
  uses: string;
}

const COLUMNS: Column<Invitation>[] = [
  { title: "INVITATION", cell: (invitation) => invitation.id },
  { title: "FOR", cell: (invitation) => invitation.name ?? "any host" },
  { title: "USED", cell: ({ used, uses }) => `${used} of ${uses}` },
  { title: "UNTIL (UTC)", cell: (invitation) => minute(invitation.expiresAt) },
  { title: "BY", cell: (invitation) => invitation.createdBy },
];

/** `millwright agents invite`: stdout holds the line to run on the host and nothing else. */
export async function invite(session: Session, command: string, options: InviteOptions): Promise<number> {
  const ttlMs = parseDuration(options.ttl);
  if (!ttlMs) throw usageError(command, `--ttl must be a duration such as 30m or 8h, not ${options.ttl}.`);
  const request: InvitationRequest = {
    ...(options.name === undefined ? {} : { name: options.name }),
    ttlSeconds: Math.floor(ttlMs / 1000),
    uses: positiveNumber(command, "--uses", options.uses),
  };
  const made = await (await session.connect()).send<NewInvitation>("POST", "/agents/invitations", request);
  session.answer(made, (output) => {
    output.line(`millwright agent join ${made.line}`);
    const whom = made.uses === 1 ? "One host" : `${made.uses} hosts`;
    output.note(`${whom} may join with it until ${minute(made.expiresAt)} UTC. It is shown this once: keep it secret.`);
    const invitation = readInvitation(made.line);
    if (typeof invitation !== "string" && /^(127\.|localhost:|\[::1\])/.test(invitation.address)) {
      output.note(
        `Only this host reaches ${invitation.address}: for others start the controller with --grpc 0.0.0.0:PORT.`,
      );
    }
  });
  return EXIT.success;
}

/** `millwright agents invitations`. */
export async function listInvitations(session: Session): Promise<number> {
  const answer = await (await session.connect()).get<{ invitations: Invitation[] }>("/agents/invitations");
  session.answer(answer, (output) => {
    if (answer.invitations.length === 0) return output.note("No invitations. Make one: millwright agents invite");
    for (const line of tableLines(answer.invitations, COLUMNS, output.style)) output.line(line);
  });
  return EXIT.success;
}

/** `millwright agents withdraw`. */
export async function withdrawInvitation(session: Session, id: string): Promise<number> {
  await (await session.connect()).send("DELETE", `/agents/invitations/${segment(id)}`);
  session.answer({ withdrawn: id }, (output) => output.line(`Withdrew the invitation ${id}.`));
  return EXIT.success;
}

function minute(time: string): string {
  return time.slice(0, 16).replace("T", " ");
}
