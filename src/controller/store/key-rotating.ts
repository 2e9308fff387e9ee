import type { Kysely } from "kysely";
import { errorOf } from "../../base/errors/millwright-error.ts";
import type { AgentKey } from "./agent-key-store.ts";
import { record } from "./audit-store.ts";
import type { Tables } from "./tables.ts";
import { inTransaction } from "./transaction.ts";

/** The public half of a key: its thumbprint, and SubjectPublicKeyInfo in base64. */
export interface PublicKey {
  thumbprint: string;
  publicKey: string;
}

/** Keeps the key that is to replace another: both are good from now on. Announced again, it is the same; another takes its place. */
export function announce(db: Kysely<Tables>, of: AgentKey, next: PublicKey): Promise<void> {
  return inTransaction(db, async (tx) => {
    const taken = await tx
      .selectFrom("agent_keys")
      .select("agent_id")
      .where((e) => e.or([e("thumbprint", "=", next.thumbprint), e("next_thumbprint", "=", next.thumbprint)]))
      .where("thumbprint", "!=", of.thumbprint)
      .executeTakeFirst();
    const former = await tx
      .selectFrom("former_agent_keys")
      .select("agent_id")
      .where("thumbprint", "=", next.thumbprint)
      .executeTakeFirst();
    if (taken || former || next.thumbprint === of.thumbprint) {
      throw errorOf("MESSAGE_REFUSED", { reason: "The new key isn't new: each key is used by one agent, once." });
    }
    const set = { next_thumbprint: next.thumbprint, next_public_key: next.publicKey };
    await tx.updateTable("agent_keys").set(set).where("thumbprint", "=", of.thumbprint).execute();
  });
}

/**
 * The announced key was used: from now on it is the agent's only one. Answers the agent's key as it is then; undefined when
 * nobody announced it (any more).
 */
export function replace(db: Kysely<Tables>, thumbprint: string, now: number): Promise<AgentKey | undefined> {
  return inTransaction(db, async (tx) => {
    const agents = tx.selectFrom("agent_keys").selectAll();
    const old = await agents.where("next_thumbprint", "=", thumbprint).executeTakeFirst();
    if (!old) return agents.where("thumbprint", "=", thumbprint).executeTakeFirst();
    if (old.revoked_at !== null || old.quarantined_at !== null || old.next_public_key === null) return old;
    const set = {
      thumbprint,
      public_key: old.next_public_key,
      made_at: now,
      next_thumbprint: null,
      next_public_key: null,
    };
    await tx.updateTable("agent_keys").set(set).where("thumbprint", "=", old.thumbprint).execute();
    const former = { thumbprint: old.thumbprint, agent_id: old.agent_id, ended_at: now };
    await tx.insertInto("former_agent_keys").values(former).execute();
    const detail = `its key ${old.thumbprint.slice(0, 12)} was replaced by ${thumbprint.slice(0, 12)}`;
    await record(tx, { at: now, actor: old.name, action: "written", kind: "agent", name: old.name, detail });
    return { ...old, ...set };
  });
}
