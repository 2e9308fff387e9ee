import { type Kysely, sql } from "kysely";
import type { Tables } from "../tables.ts";

/** Which upload of a bucket an incoming file has. No reference to the file: the upload outlives it until it is given up. */
export async function addBucketUploads(db: Kysely<Tables>): Promise<void> {
  await sql.raw(`create table bucket_uploads (incoming text primary key, upload text not null)`).execute(db);
}
