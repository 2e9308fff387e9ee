import type { Kysely } from "kysely";
import type { Tables } from "./tables.ts";

/** A commit that somebody pushed or built. */
export interface KnownCommit {
  /** 40 digits. */
  sha: string;
  /** The first line of its message, where it is known. */
  note: string;
  branch: string | null;
}

/** The commits of apps as far as they were heard of. */
export class CommitStore {
  private readonly db: Kysely<Tables>;

  constructor(db: Kysely<Tables>) {
    this.db = db;
  }

  /** Each once, the latest heard of first. */
  async ofApp(appId: string, most: number): Promise<KnownCommit[]> {
    const pushed = await this.db
      .selectFrom("pushes")
      .select(["sha", "note", "branch", "at"])
      .where("app_id", "=", appId)
      .where("sha", "<>", "")
      .orderBy("id", "desc")
      .limit(most)
      .execute();
    const built = await this.db
      .selectFrom("builds")
      .select(["commit_sha as sha", "commit_note as note", "branch", "created_at as at"])
      .where("app_id", "=", appId)
      .where("commit_sha", "is not", null)
      .orderBy("id", "desc")
      .limit(most)
      .execute();
    const known = new Map<string, KnownCommit>();
    for (const { sha, note, branch } of [...pushed, ...built].sort((a, b) => b.at - a.at)) {
      const earlier = known.get(sha ?? "");
      if (!earlier) known.set(sha ?? "", { sha: sha ?? "", note, branch });
      else if (earlier.note === "") earlier.note = note;
    }
    return [...known.values()].slice(0, most);
  }
}
