import pg from "pg";
import { expect, onTestFinished } from "vitest";
import { Changes } from "../../../src/controller/live/changes.ts";
import { PostgresRelay } from "../../../src/controller/replicas/relay.ts";
import { eventually } from "../../support/eventually.ts";
import { postgresTest, usePostgres } from "../../support/postgres.ts";

const postgres = usePostgres();

/** A relay on a connection of its own, as a controller has one. */
async function relayOn(store: string) {
  const client = new pg.Client({ connectionString: store });
  client.on("error", () => {});
  await client.connect();
  onTestFinished(() => client.end().catch(() => {})); // a test may have ended it
  const relay = new PostgresRelay();
  const changes = new Changes(relay);
  relay.bringTo(changes);
  await relay.opened(client);
  return { client, relay, changes };
}

postgresTest("When a controller is gone, the others know that it may have written what it did not tell", async () => {
  const store = await postgres.database();
  const staying = await relayOn(store);
  const doomed = await relayOn(store);
  let missed = 0;
  staying.changes.onMissed(() => {
    missed += 1;
  });
  for (let beat = 0; beat < 3; beat += 1) await staying.relay.beat(staying.client);
  expect(missed).toBe(0);
  await doomed.client.end(); // as PostgreSQL ends the connection of a process that was killed
  await eventually("it is missed", async () => {
    await staying.relay.beat(staying.client);
    return missed > 0;
  });
  for (let beat = 0; beat < 3; beat += 1) await staying.relay.beat(staying.client);
  expect(missed).toBe(1);
});

postgresTest("What can't be told while the connection is broken is told in its order once it is back", async () => {
  const store = await postgres.database();
  const one = await relayOn(store);
  const other = await relayOn(store);
  const heard: number[] = [];
  other.changes.onAnyBuild((id) => heard.push(id));
  one.changes.buildChanged(1);
  await eventually("it is heard", () => heard.length === 1);
  await one.client.end();
  one.changes.buildChanged(2);
  one.relay.lost();
  one.changes.buildChanged(3);
  const again = new pg.Client({ connectionString: store });
  await again.connect();
  onTestFinished(() => again.end());
  await one.relay.opened(again);
  await eventually("all are heard", () => heard.length === 3);
  expect(heard).toEqual([1, 2, 3]);
});
