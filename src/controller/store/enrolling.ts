import type { Kysely, Selectable, Transaction } from "kysely";
import { errorOf } from "../../base/errors/millwright-error.ts";
import { newId } from "../../base/ids.ts";
import { sameMachine } from "../agents/machine-mark.ts";
import { record } from "./audit-store.ts";
import type { AgentKeyRow, InvitationRow } from "./joining-tables.ts";
import type { Tables } from "./tables.ts";
import { inTransaction } from "./transaction.ts";

/** A host that wants to join. */
export interface Enrolling {
  /** Of the invitation's secret. */
  hash: string;
  /** What the host would be called. */
  name: string;
  thumbprint: string;
  publicKey: string;
  machineId: string;
  hostname: string;
  now: number;
  /** An agent without a key that was in contact since then still uses its name. */
  aliveSince: number;
}

type AgentKey = Selectable<AgentKeyRow>;

/**
 * Takes a use of the invitation and keeps the host's key, in one transaction. The same key with the same invitation is
 * answered again. Throws INVITATION_UNKNOWN, INVITATION_EXPIRED, INVITATION_USED, INVITATION_NAME_FIXED, AGENT_NAME_TAKEN.
 */
export function enrol(db: Kysely<Tables>, host: Enrolling): Promise<AgentKey> {
  return inTransaction(db, async (tx) => {
    const invitation = await tx.selectFrom("invitations").selectAll().where("hash", "=", host.hash).executeTakeFirst();
    if (!invitation) throw errorOf("INVITATION_UNKNOWN");
    const known = await tx
      .selectFrom("agent_keys")
      .selectAll()
      .where("thumbprint", "=", host.thumbprint)
      .executeTakeFirst();
    if (known && known.invitation_id === invitation.id && known.revoked_at === null) return known;
    refuseEnded(invitation, host);
    const name = invitation.name ?? host.name;
    const agentId = await idFor(tx, name, host);
    const key = keyOf(host, name, agentId, invitation.id);
    await tx.insertInto("agent_keys").values(key).execute();
    await tx
      .updateTable("invitations")
      .set((e) => ({ used: e("used", "+", 1), last_used_by: name }))
      .where("id", "=", invitation.id)
      .execute();
    const detail = `joined from ${host.hostname || "a host"} with the invitation ${invitation.id}`;
    await record(tx, { at: host.now, actor: name, action: "written", kind: "agent", name, detail });
    return key;
  });
}

function refuseEnded(invitation: Selectable<InvitationRow>, host: Enrolling): void {
  if (invitation.used >= invitation.uses) {
    const uses = invitation.uses === 1 ? "one host" : `${invitation.uses} hosts`;
    throw errorOf("INVITATION_USED", { uses, name: invitation.last_used_by ?? "" });
  }
  if (invitation.expires_at <= host.now) {
    throw errorOf("INVITATION_EXPIRED", { until: new Date(invitation.expires_at).toISOString() });
  }
  if (invitation.name !== null && host.name !== "" && host.name !== invitation.name) {
    throw errorOf("INVITATION_NAME_FIXED", { name: invitation.name });
  }
}

/** The id of the agent of that name: the one it had before it was revoked, or before it had a key. */
async function idFor(tx: Transaction<Tables>, name: string, host: Enrolling): Promise<string> {
  const keys = tx.selectFrom("agent_keys").selectAll().where("name", "=", name).orderBy("joined_at", "desc");
  const before = await keys.execute();
  const holder = before.find((key) => key.revoked_at === null);
  if (holder) {
    const reason = `It joined on ${new Date(holder.joined_at).toISOString().slice(0, 10)} from ${holder.hostname}.`;
    throw errorOf("AGENT_NAME_TAKEN", { name, reason });
  }
  const agent = await tx.selectFrom("agents").selectAll().where("name", "=", name).executeTakeFirst();
  const keyless = before.length === 0 && agent && !sameMachine(agent.machine_id, host.machineId);
  if (keyless && agent.state !== "offline" && agent.last_contact_at > host.aliveSince) {
    throw errorOf("AGENT_NAME_TAKEN", { name, reason: "It runs on another host, with the token that agents share." });
  }
  return agent?.id ?? before[0]?.agent_id ?? newId("g");
}

function keyOf(host: Enrolling, name: string, agentId: string, invitationId: string): AgentKey {
  return {
    thumbprint: host.thumbprint,
    agent_id: agentId,
    name,
    public_key: host.publicKey,
    machine_id: host.machineId,
    hostname: host.hostname,
    invitation_id: invitationId,
    joined_at: host.now,
    last_used_at: null,
    revoked_at: null,
    revoked_by: null,
    instance_id: null,
    former_instance_id: null,
    quarantined_at: null,
    other_machine_id: null,
    made_at: null,
    next_thumbprint: null,
    next_public_key: null,
  };
}
