import type { Kysely } from "kysely";
import type { Tables } from "./tables.ts";

/** Which upload of a bucket an incoming file has. The incoming file of an artifact is called by the artifact's id. */
export class UploadStore {
  private readonly db: Kysely<Tables>;

  constructor(db: Kysely<Tables>) {
    this.db = db;
  }

  async find(incoming: string): Promise<string | undefined> {
    const query = this.db.selectFrom("bucket_uploads").select("upload").where("incoming", "=", incoming);
    return (await query.executeTakeFirst())?.upload;
  }

  /** Remembers an upload unless there is one already; answers the one that holds. */
  async begin(incoming: string, upload: string): Promise<string> {
    await this.db
      .insertInto("bucket_uploads")
      .values({ incoming, upload })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
    return (await this.find(incoming)) ?? upload;
  }

  async forget(incoming: string): Promise<void> {
    await this.db.deleteFrom("bucket_uploads").where("incoming", "=", incoming).execute();
  }

  /** Incoming files that nobody goes on with: their artifact is stored or gone, or its attempt has ended. */
  async leftovers(): Promise<string[]> {
    const rows = await this.db
      .selectFrom("bucket_uploads")
      .leftJoin("artifacts", "artifacts.id", "bucket_uploads.incoming")
      .leftJoin("leases", "leases.id", "artifacts.lease_id")
      .select("bucket_uploads.incoming")
      .where((eb) =>
        eb.or([eb("leases.id", "is", null), eb("artifacts.stored", "=", 1), eb("leases.ended", "is not", null)]),
      )
      .execute();
    return rows.map((row) => row.incoming);
  }

  /** The uploads of all incoming files. */
  async uploads(): Promise<Set<string>> {
    const rows = await this.db.selectFrom("bucket_uploads").select("upload").execute();
    return new Set(rows.map((row) => row.upload));
  }
}
