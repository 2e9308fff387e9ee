import { generateKeyPairSync } from "node:crypto";
import { mkdirSync } from "node:fs";
import { systemClock } from "../../../src/base/time/clock.ts";
import { openSqlite } from "../../../src/controller/store/sqlite.ts";
import { createStore } from "../../../src/controller/store/store.ts";
import { thumbprint } from "../../../src/protocol/key-assertion.ts";
import { agentName } from "./plan.ts";

const ROWS_AT_ONCE = 200;

export const ACCOUNTS = ["acme", "globex", "initech", "umbrella", "hooli"] as const;

/** Fills an empty data folder: hosts that joined, each with a key of its own, and accounts with an app each. Answers the private keys. */
export async function fillData(data: string, agents: number): Promise<string[]> {
  mkdirSync(data, { recursive: true, mode: 0o700 });
  const db = await openSqlite(data);
  const store = createStore(db, systemClock);
  try {
    const pairs = Array.from({ length: agents }, () => generateKeyPairSync("ed25519"));
    await db.transaction().execute(async (tx) => {
      for (let at = 0; at < agents; at += ROWS_AT_ONCE) {
        const rows = pairs.slice(at, at + ROWS_AT_ONCE).map(({ publicKey }, index) => {
          return keyRow(at + index, publicKey.export({ type: "spki", format: "der" }));
        });
        await tx.insertInto("agent_keys").values(rows).execute();
      }
      for (const name of ACCOUNTS) {
        const account = { id: `o-${name}`, name, concurrency_limit: null, created_at: Date.now() };
        await tx.insertInto("accounts").values(account).execute();
        const app = { id: `a-${name}`, account_id: account.id, name: `App of ${name}`, subfolder: "" };
        const source = { git_url: "https://example.test/app.git", git_username: "", git_password: null };
        await tx
          .insertInto("apps")
          .values({ ...app, ...source, created_at: Date.now() })
          .execute();
      }
    });
    return pairs.map(({ privateKey }) => privateKey.export({ type: "pkcs8", format: "der" }).toString("base64"));
  } finally {
    await store.close();
  }
}

function keyRow(number: number, publicKey: Buffer) {
  const name = agentName(number);
  return {
    thumbprint: thumbprint(publicKey),
    agent_id: `g-${name}`,
    name,
    public_key: publicKey.toString("base64"),
    machine_id: `machine of ${name}`,
    hostname: name,
    invitation_id: "bench",
    joined_at: Date.now(),
    last_used_at: null,
    revoked_at: null,
    revoked_by: null,
    instance_id: null,
    former_instance_id: null,
    quarantined_at: null,
    other_machine_id: null,
  };
}
