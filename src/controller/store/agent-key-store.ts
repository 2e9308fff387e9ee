import type { Kysely, Selectable } from "kysely";
import { grouped } from "../../base/grouped.ts";
import { type Happening, record } from "./audit-store.ts";
import { type Enrolling, enrol } from "./enrolling.ts";
import type { AgentKeyRow } from "./joining-tables.ts";
import { announce, type PublicKey, replace } from "./key-rotating.ts";
import type { Tables } from "./tables.ts";
import { inTransaction } from "./transaction.ts";

type Author = Pick<Happening, "actor" | "at">;
export type AgentKey = Selectable<AgentKeyRow>;

/** The keys of the hosts that joined. */
export class AgentKeyStore {
  /** How many keys this controller has seen replaced: what was remembered of a key from before may be wrong. */
  replaced = 0;
  private readonly db: Kysely<Tables>;

  constructor(db: Kysely<Tables>) {
    this.db = db;
  }

  /** See `enrol`. */
  enrol(host: Enrolling): Promise<AgentKey> {
    return enrol(this.db, host);
  }

  find(thumbprint: string): Promise<AgentKey | undefined> {
    return this.db.selectFrom("agent_keys").selectAll().where("thumbprint", "=", thumbprint).executeTakeFirst();
  }

  /** The key that is to be replaced by this one as soon as it is used. */
  announcing(thumbprint: string): Promise<AgentKey | undefined> {
    return this.db.selectFrom("agent_keys").selectAll().where("next_thumbprint", "=", thumbprint).executeTakeFirst();
  }

  /** Whether it was an agent's key, and was replaced. */
  async isFormer(thumbprint: string): Promise<boolean> {
    const keys = this.db.selectFrom("former_agent_keys").select("ended_at").where("thumbprint", "=", thumbprint);
    return (await keys.executeTakeFirst()) !== undefined;
  }

  /** See `announce`. */
  announce(of: AgentKey, next: PublicKey): Promise<void> {
    return announce(this.db, of, next);
  }

  /** See `replace`. */
  async replace(thumbprint: string, now: number): Promise<AgentKey | undefined> {
    const fresh = await replace(this.db, thumbprint, now);
    this.replaced += 1;
    return fresh;
  }

  /** The key of the agent of that name, also when it was revoked: then the last one it had. */
  async ofName(name: string): Promise<AgentKey | undefined> {
    const keys = await this.db.selectFrom("agent_keys").selectAll().where("name", "=", name).execute();
    return theirs(keys);
  }

  /** The key of the agent that holds a lease. Undefined for one without a key. */
  async ofLease(leaseId: string): Promise<AgentKey | undefined> {
    const keys = await this.db
      .selectFrom("agent_keys")
      .innerJoin("leases", "leases.agent_id", "agent_keys.agent_id")
      .selectAll("agent_keys")
      .where("leases.id", "=", leaseId)
      .execute();
    return theirs(keys);
  }

  /** The key of each agent that has or had one, by the agent's id. */
  async byAgent(): Promise<Map<string, AgentKey>> {
    const all = await this.db.selectFrom("agent_keys").selectAll().orderBy("name").execute();
    return new Map([...grouped(all, (key) => key.agent_id)].flatMap(([id, keys]) => named(id, theirs(keys))));
  }

  /** Takes an assertion of that key, once. False when it was shown before. */
  takeAssertion(thumbprint: string, assertion: { jti: string; expiresAt: number }, now: number): Promise<boolean> {
    return inTransaction(this.db, async (tx) => {
      await tx.deleteFrom("assertions").where("expires_at", "<", now).execute();
      const row = { jti: `${thumbprint}:${assertion.jti}`, expires_at: assertion.expiresAt };
      const insert = tx
        .insertInto("assertions")
        .values(row)
        .onConflict((on) => on.column("jti").doNothing());
      if (Number((await insert.executeTakeFirst()).numInsertedOrUpdatedRows) !== 1) return false;
      await tx.updateTable("agent_keys").set({ last_used_at: now }).where("thumbprint", "=", thumbprint).execute();
      return true;
    });
  }

  /** A process on its machine opened a session with it. */
  async opened(key: AgentKey, instanceId: string, machineId: string): Promise<void> {
    if (key.instance_id === instanceId && key.machine_id === machineId) return;
    const calm = key.quarantined_at === null ? { other_machine_id: null } : {};
    const set = {
      machine_id: machineId,
      instance_id: instanceId,
      former_instance_id: key.instance_id,
      ...calm,
    };
    await this.db.updateTable("agent_keys").set(set).where("thumbprint", "=", key.thumbprint).execute();
  }

  /** A process that had been replaced came back, perhaps only an old message of it: the next time counts. */
  async suspect(key: AgentKey): Promise<void> {
    const set = { other_machine_id: key.machine_id };
    await this.db.updateTable("agent_keys").set(set).where("thumbprint", "=", key.thumbprint).execute();
  }

  /** The key is in use on two hosts: its own machine, and this one. The first time it is written into the audit. */
  async quarantine(key: AgentKey, otherMachineId: string, now: number): Promise<void> {
    await inTransaction(this.db, async (tx) => {
      const set = { quarantined_at: key.quarantined_at ?? now, other_machine_id: otherMachineId };
      await tx.updateTable("agent_keys").set(set).where("thumbprint", "=", key.thumbprint).execute();
      if (key.quarantined_at !== null) return;
      const detail = `quarantined: its key was shown by ${otherMachineId} too`;
      await record(tx, { at: now, actor: "controller", action: "written", kind: "agent", name: key.name, detail });
    });
  }

  /** From now on the key is that of this machine. */
  async trust(key: AgentKey, machineId: string, author: Author): Promise<void> {
    await inTransaction(this.db, async (tx) => {
      const set = { machine_id: machineId, quarantined_at: null, other_machine_id: null };
      const fresh = { ...set, instance_id: null, former_instance_id: null };
      await tx.updateTable("agent_keys").set(fresh).where("thumbprint", "=", key.thumbprint).execute();
      const detail = `its key is that of ${machineId}`;
      await record(tx, { ...author, action: "written", kind: "agent", name: key.name, detail });
    });
  }

  async revoke(key: AgentKey, author: Author): Promise<void> {
    await inTransaction(this.db, async (tx) => {
      const set = { revoked_at: author.at, revoked_by: author.actor };
      const update = tx.updateTable("agent_keys").set(set).where("thumbprint", "=", key.thumbprint);
      const { numUpdatedRows } = await update.where("revoked_at", "is", null).executeTakeFirst();
      if (Number(numUpdatedRows) !== 1) return;
      await record(tx, { ...author, action: "removed", kind: "agent", name: key.name, detail: "revoked" });
    });
  }
}

/** Of all keys that an agent had: the one it has, else the last. */
function theirs(keys: readonly AgentKey[]): AgentKey | undefined {
  const newest = [...keys].sort((a, b) => b.joined_at - a.joined_at);
  return newest.find((key) => key.revoked_at === null) ?? newest[0];
}

function named(id: string, key: AgentKey | undefined): [string, AgentKey][] {
  return key ? [[id, key]] : [];
}
