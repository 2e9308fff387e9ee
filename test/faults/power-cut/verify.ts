import { join } from "node:path";
import { text } from "node:stream/consumers";
import { systemClock } from "../../../src/base/time/clock.ts";
import { FolderBlobs } from "../../../src/controller/blobs/folder-blobs.ts";
import { LogReader } from "../../../src/controller/logs/log-reader.ts";
import { openSqlite } from "../../../src/controller/store/sqlite.ts";
import { createStore, type Store } from "../../../src/controller/store/store.ts";
import { pieceOf } from "./pieces.ts";

// Opens the store of a data folder and prints which of the acknowledged lines on stdin it doesn't hold. A process of its
// own, because the database's files stay open until the process ends. node verify.js DATA-FOLDER < LINES
const folder = process.argv[2] ?? "";
const acknowledged = (await text(process.stdin)).split("\n").filter((line) => line !== "");
const store = createStore(await openSqlite(folder), systemClock);
const reader = new LogReader(store, await FolderBlobs.open(join(folder, "blobs")));
for (const line of acknowledged) {
  if (!(await holds(store, reader, line))) console.log(line);
}
await store.close();

async function holds(store: Store, reader: LogReader, line: string): Promise<boolean> {
  const [what, number, leaseId = "", size] = line.split(" ");
  const id = Number(number);
  const build = await store.builds.find(id);
  if (what === "queued") return build !== undefined;
  if (what === "leased") return (await store.leases.find(leaseId))?.build_id === id;
  if (what === "ended" && build?.state !== "success") return false;
  const length = Number(size);
  const log = await reader.read(id, 0, length).catch(() => Buffer.alloc(0)); // a blob that isn't there
  return log.equals(pieceOf(id, 0, length));
}
