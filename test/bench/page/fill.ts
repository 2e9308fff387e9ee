import { createHash, randomBytes } from "node:crypto";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { systemClock } from "../../../src/base/time/clock.ts";
import { logKey } from "../../../src/controller/blobs/blobs.ts";
import { FolderBlobs } from "../../../src/controller/blobs/folder-blobs.ts";
import { openSqlite } from "../../../src/controller/store/sqlite.ts";
import { createStore } from "../../../src/controller/store/store.ts";

const DAY = 86_400_000;
const ROWS_AT_ONCE = 200;
const APP = "a-bench";

export interface Filled {
  /** The number of the build that has the log. */
  build: number;
  lastLine: string;
  /** A line in its middle, with its number. */
  lines: number;
}

/** Fills an empty data folder: so many ended builds, the newest of which has a log of so many bytes. */
export async function fillData(data: string, builds: number, logBytes: number): Promise<Filled> {
  mkdirSync(data, { recursive: true, mode: 0o700 });
  const db = await openSqlite(data);
  const store = createStore(db, systemClock);
  try {
    const app = { id: APP, account_id: "default", name: "Bench", git_url: "https://example.test/a.git", subfolder: "" };
    const plain = { git_username: "", git_password: null, created_at: Date.now() };
    await db
      .insertInto("apps")
      .values({ ...app, ...plain })
      .execute();
    await db.transaction().execute(async (tx) => {
      for (let at = 0; at < builds; at += ROWS_AT_ONCE) {
        const rows = Array.from({ length: Math.min(ROWS_AT_ONCE, builds - at) }, (_, index) =>
          buildRow(at + index, builds),
        );
        await tx.insertInto("builds").values(rows).execute();
      }
    });
    const build = builds; // they are numbered from 1
    const lease = leaseRow(build, logBytes);
    const log = logText(logBytes);
    await db
      .insertInto("leases")
      .values({ ...lease, log_length: log.text.length })
      .execute();
    await db.updateTable("builds").set({ lease_id: lease.id }).where("id", "=", build).execute();
    const blobs = await FolderBlobs.open(join(data, "blobs"));
    const pieces = async function* () {
      yield log.text;
    };
    if (!(await blobs.store(logKey(lease.id), pieces(), () => true))) throw new Error("the log was not stored");
    return { build, lastLine: log.lastLine, lines: log.lines };
  } finally {
    await store.close();
  }
}

function buildRow(index: number, all: number) {
  const created = Date.now() - Math.round(((all - index) * 60 * DAY) / all);
  const failed = index % 7 === 0;
  const commit = createHash("sha1").update(`${index}`).digest("hex");
  return {
    app_id: APP,
    account_id: "default",
    requested_by: `person-${index % 40}@example.test`,
    commit_note: `Change ${index}: a message as long as people write them`,
    branch: index % 3 === 0 ? "main" : `feature/${index % 200}`,
    kind: "package",
    platform: index % 2 === 0 ? "android" : "ios",
    build_type: index % 2 === 0 ? "debug" : "ad-hoc",
    package_type: null,
    commit_ref: commit,
    commit_sha: commit,
    target_platform: null,
    environment: null,
    native_config: null,
    security_profile: null,
    build_file_name: null,
    state: failed ? ("failed" as const) : ("success" as const),
    fence: 1,
    attempt: 1,
    lease_id: null,
    cancel_requested: 0,
    failure: null,
    created_at: created,
    started_at: created + 4_000,
    finished_at: created + 240_000,
  };
}

function leaseRow(build: number, length: number) {
  const id = `l${randomBytes(8).toString("hex")}`;
  const ended = { state: "ended" as const, ended: "completed" as const, granted_at: 0, ended_at: 1 };
  const blob = { log_length: length, log_blob: logKey(id), event_seq: 0, spec: null };
  return { id, build_id: build, attempt: 1, fence: 1, agent_id: "g-bench", session_epoch: 1, ...ended, ...blob };
}

function logText(bytes: number) {
  const lines: string[] = ["", "▸ Build with Cordova"];
  let size = 25;
  for (let number = 3; size < bytes; number += 1) {
    const line = `\u001b[32m> Task\u001b[39m :app:step${number % 97} of module ${number % 1013}, line ${number} of the whole`;
    lines.push(line);
    size += Buffer.byteLength(line) + 1;
  }
  const lastLine = `the very last line, number ${lines.length + 1}`;
  lines.push(lastLine);
  return { text: Buffer.from(`${lines.join("\n")}\n`), lastLine, lines: lines.length };
}
