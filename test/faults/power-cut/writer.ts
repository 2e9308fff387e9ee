import { join } from "node:path";
import { systemClock } from "../../../src/base/time/clock.ts";
import { FolderBlobs } from "../../../src/controller/blobs/folder-blobs.ts";
import { sealLog } from "../../../src/controller/logs/log-sealer.ts";
import { accept, complete, progress } from "../../../src/controller/queue/transitions.ts";
import { openSqlite } from "../../../src/controller/store/sqlite.ts";
import { createStore } from "../../../src/controller/store/store.ts";
import { pieceOf } from "./pieces.ts";

// Writes builds and their logs to a controller's store until it is stopped. Says on stdout what was acknowledged, a line
// each: `queued BUILD`, `leased BUILD LEASE`, `logged BUILD LEASE LENGTH`, `ended BUILD LEASE LENGTH`.
// node writer.js DATA-FOLDER
const folder = process.argv[2] ?? "";
const store = createStore(await openSqlite(folder), systemClock);
const blobs = await FolderBlobs.open(join(folder, "blobs"));
const hello = { name: "agent", machine_id: "m", version: "0", slots: 1, capability: "{}", disk_free: 0 };
const agent = await store.agents.openSession(hello, 0);
const repository = { account_id: "default", git_url: "x", subfolder: "", git_username: "" };
const app = { id: "a1", name: "app", ...repository, created_at: 0 };
await store.apps.create(app, () => null, { actor: "admin", at: 0 });

const nothing = {
  package_type: null,
  commit_sha: null,
  target_platform: null,
  environment: null,
  native_config: null,
  security_profile: null,
  build_file_name: null,
  lease_id: null,
  failure: null,
  started_at: null,
  finished_at: null,
};
const deploy = {
  app_id: "a1",
  kind: "deploy",
  platform: "web",
  build_type: "",
  commit_ref: "main",
  cancel_requested: 0,
};
const asker = { agentId: agent.id, sessionEpoch: 1, slots: 1, freeSlots: 1, platforms: ["web"], meets: () => false };

for (;;) {
  const build = await store.builds.create({ ...deploy, ...nothing, created_at: Date.now() });
  say("queued", build);
  const [granted] = await store.leases.claim(asker);
  if (!granted) throw new Error("the build was not granted");
  const { leaseId, fence } = granted;
  await store.transitions.ofLease(leaseId, accept);
  await store.transitions.ofLease(leaseId, progress);
  say("leased", build, leaseId);
  let offset = 0;
  for (let count = 0; count < 5; count += 1) {
    const data = pieceOf(build, offset, 500 + ((build * 7919 + count * 104729) % 30_000));
    await store.logs.append([{ leaseId, fence, offset, data }]);
    offset += data.length;
    say("logged", build, leaseId, offset);
  }
  await sealLog(store, blobs, leaseId);
  const success = { outcome: "success" as const, failure: null, retryable: false };
  await store.transitions.ofLease(leaseId, (view, lease) => complete(view, lease, success));
  say("ended", build, leaseId, offset);
}

function say(...words: (string | number)[]): void {
  process.stdout.write(`${words.join(" ")}\n`);
}
