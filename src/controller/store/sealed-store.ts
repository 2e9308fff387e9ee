import { type Kysely, sql, type Transaction } from "kysely";
import { type Happening, record } from "./audit-store.ts";
import type { Tables } from "./tables.ts";

/** A sealed value with its place: the kind of its row and the row's name (of an app: its id). */
export interface SealedValue {
  kind: string;
  name: string;
  /** The key that it is sealed with, hexadecimal. */
  keyId: string;
}

/** Everything in the store that is sealed, wherever it lies: for changing keys. */
export class SealedStore {
  private readonly db: Kysely<Tables>;

  constructor(db: Kysely<Tables>) {
    this.db = db;
  }

  list(): Promise<SealedValue[]> {
    return listIn(this.db);
  }

  /**
   * Replaces the values that `again` answers a new sealing for, all in one transaction together with the audit entry; answers
   * how many were replaced. Nothing changes when `again` throws.
   */
  replace(
    wanted: (value: SealedValue) => boolean,
    again: (value: SealedValue, sealed: Uint8Array) => Uint8Array | undefined,
    told: (count: number) => Happening,
  ): Promise<number> {
    return this.db.transaction().execute(async (tx) => {
      let count = 0;
      for (const value of (await listIn(tx)).filter(wanted)) {
        const sealed = again(value, await read(tx, value));
        if (sealed === undefined) continue;
        await write(tx, value, sealed);
        count += 1;
      }
      await record(tx, told(count));
      return count;
    });
  }
}

async function listIn(db: Kysely<Tables>): Promise<SealedValue[]> {
  const { rows } = await sql<SealedValue>`
    select kind, name, lower(hex(substr(sealed, 1, 8))) as "keyId" from settings where sealed is not null
    union all
    select 'app', id, lower(hex(substr(git_password, 1, 8))) from apps where git_password is not null`.execute(db);
  return rows;
}

async function read(tx: Transaction<Tables>, { kind, name }: SealedValue): Promise<Uint8Array> {
  const found =
    kind === "app"
      ? await tx.selectFrom("apps").select("git_password as sealed").where("id", "=", name).executeTakeFirstOrThrow()
      : await tx
          .selectFrom("settings")
          .select("sealed")
          .where("kind", "=", kind)
          .where("name", "=", name)
          .executeTakeFirstOrThrow();
  return found.sealed as Uint8Array;
}

async function write(tx: Transaction<Tables>, { kind, name }: SealedValue, sealed: Uint8Array): Promise<void> {
  if (kind === "app") await tx.updateTable("apps").set({ git_password: sealed }).where("id", "=", name).execute();
  else await tx.updateTable("settings").set({ sealed }).where("kind", "=", kind).where("name", "=", name).execute();
}
