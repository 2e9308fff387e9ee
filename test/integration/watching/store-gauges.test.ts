import { expect, onTestFinished, test } from "vitest";
import { type Clock, systemClock } from "../../../src/base/time/clock.ts";
import { openSqlite } from "../../../src/controller/store/sqlite.ts";
import { type TestController, temporaryFolder, testController } from "../../support/controller.ts";
import { ScriptedAgent } from "../../support/scripted-agent.ts";
import { appleFiles } from "../../support/signing-files.ts";
import { toolTest } from "../../support/tool-test.ts";

const WEB = { kind: "deploy", commit: "main" };

/** The value of one series as it is scraped now; undefined when there is none. */
async function value(controller: TestController, series: string): Promise<number | undefined> {
  const text = await (await fetch(`${controller.httpUrl}/metrics`)).text();
  const line = text.split("\n").find((each) => each.startsWith(`millwright_controller_${series} `));
  return line === undefined ? undefined : Number(line.slice(line.lastIndexOf(" ")));
}

test("what waits is told by status and age, and ended builds by whose fault it was", async () => {
  let laterMs = 0;
  const clock: Clock = { now: () => systemClock.now() + laterMs, monotonic: () => systemClock.monotonic() };
  const controller = await testController({}, undefined, undefined, { clock });
  const { api } = controller;
  await api("POST", "/apps", { name: "demo", gitUrl: "https://example.test/x.git" });
  const at = (status: string) => value(controller, `builds{platform="web",status="${status}"}`);
  const oldest = (status: string) => value(controller, `oldest_waiting_seconds{platform="web",status="${status}"}`);
  expect([await at("queued"), await oldest("queued")]).toEqual([0, 0]);

  for (let count = 0; count < 3; count += 1) expect((await api("POST", "/apps/demo/builds", WEB)).status).toBe(201);
  laterMs = 600_000;
  expect([await at("pending"), await at("queued")]).toEqual([0, 3]);
  expect(await oldest("queued")).toBeGreaterThanOrEqual(600);
  expect((await api("PATCH", "/accounts/default", { concurrencyLimit: 1 })).status).toBe(200);
  expect([await at("pending"), await at("queued")]).toEqual([2, 1]);
  expect(await oldest("pending")).toBeGreaterThanOrEqual(600);

  const ended = 'builds_total{status="canceled",platform="web",blame=""}';
  expect(await value(controller, ended)).toBe(0);
  expect((await api("POST", "/builds/1/cancel")).status).toBe(200);
  expect(await value(controller, ended)).toBe(1);
  expect([await at("pending"), await at("queued")]).toEqual([1, 1]);
  expect(await value(controller, 'builds_total{status="failed",platform="web",blame="bug"}')).toBe(0);
});

test("agents are told with their state, last contact, disk and slots, and calls and requests with their time", async () => {
  const controller = await testController();
  const agent = new ScriptedAgent(controller);
  await agent.open("mini-1");
  await agent.sync();
  const of = (name: string, labels = "") => value(controller, `${name}{agent="mini-1"${labels}}`);
  expect(await of("agent_state", ',state="ready"')).toBe(1);
  expect(await value(controller, 'agents{state="ready"}')).toBe(1);
  expect(Math.abs(((await of("agent_last_contact_timestamp_seconds")) ?? 0) - Date.now() / 1000)).toBeLessThan(30);
  expect(await of("agent_disk_free_bytes")).toBeGreaterThan(0);
  expect([await of("agent_slots"), await of("agent_slots_busy")]).toEqual([expect.any(Number), 0]);
  expect(await value(controller, 'rpc_duration_seconds_count{method="Sync",code="OK"}')).toBeGreaterThan(0);
  await controller.api("GET", "/builds/99");
  const request = 'http_request_duration_seconds_count{method="GET",route="/api/v1/builds/:id",status="4xx"}';
  expect(await value(controller, request)).toBe(1);
  expect(await value(controller, "store_size_bytes")).toBeGreaterThan(0);

  const db = await openSqlite(controller.data);
  onTestFinished(() => db.destroy());
  const agentId = (await db.selectFrom("agents").select("id").executeTakeFirstOrThrow()).id;
  const key = { agent_id: agentId, name: "mini-1", public_key: "", machine_id: "m1", hostname: "", invitation_id: "" };
  const revoked = { ...key, thumbprint: "old", joined_at: 1, revoked_at: 2, revoked_by: "admin" };
  await db.insertInto("agent_keys").values(revoked).execute();
  expect(await of("agent_slots")).toBeUndefined(); // sent away: nobody is to be warned of its silence
  await db
    .insertInto("agent_keys")
    .values({ ...key, thumbprint: "new", joined_at: 3 })
    .execute();
  expect(await of("agent_slots")).toBeGreaterThan(0); // and joined again
});

toolTest(["openssl"], "certificates and provisioning profiles are told with the day they run out", async () => {
  const controller = await testController();
  const body = { type: "production", ios: appleFiles(temporaryFolder(), 10 * 86_400) };
  const written = await controller.api("PUT", "/profiles/store", body);
  expect(written).toMatchObject({ status: 200 });
  const shown = (written.body as { shown: { ios: ShownApple } }).shown.ios;
  const labels = 'account="default",profile="store"';
  const certificate = await value(controller, `certificate_expiry_timestamp_seconds{${labels},platform="ios"}`);
  expect(certificate).toBe(Date.parse(shown.identities[0]?.validTo ?? "") / 1000);
  for (const { name, validTo } of shown.provisioningProfiles) {
    const series = `provisioning_profile_expiry_timestamp_seconds{${labels},provisioning_profile="${name}"}`;
    expect(await value(controller, series)).toBe(Date.parse(validTo) / 1000);
  }
  expect((await controller.api("DELETE", "/profiles/store")).status).toBe(204);
  expect(await value(controller, `certificate_expiry_timestamp_seconds{${labels},platform="ios"}`)).toBeUndefined();
});

interface ShownApple {
  identities: { validTo: string }[];
  provisioningProfiles: { name: string; validTo: string }[];
}
