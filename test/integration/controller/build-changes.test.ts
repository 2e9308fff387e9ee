import { connect } from "node:net";
import { expect, test } from "vitest";
import type { Clock } from "../../../src/base/time/clock.ts";
import type { Build } from "../../../src/protocol/api.ts";
import { type TestController, temporaryFolder, testController } from "../../support/controller.ts";
import { eventually } from "../../support/eventually.ts";
import { Lines } from "../../support/lines-of.ts";
import { PASSWORD, person } from "../../support/people.ts";
import { QueueGround, Worker } from "../../support/queue-ground.ts";

const follow = (controller: TestController, token: string, query = "") =>
  Lines.open(`${controller.httpUrl}/api/v1/builds/changes${query}`, { authorization: `Bearer ${token}` });

test("a follower is answered at once, and told of each build that is asked for, begins and ends", async () => {
  const controller = await testController();
  const ground = new QueueGround(controller);
  await ground.account("shop", null, "till", "stand");
  const all = await follow(controller, controller.adminToken);
  const one = await follow(controller, controller.adminToken, "?account=shop&app=stand");
  expect((await controller.api("HEAD", "/builds/changes")).status).toBe(404);
  expect([all.response.status, all.response.headers.get("content-type")]).toEqual([200, "application/x-ndjson"]);
  const id = await ground.ask("till");
  const asked = await all.find<Build>("the build is told", (build) => build.id === id);
  expect(asked).toEqual(((await controller.api("GET", "/builds")).body as { builds: Build[] }).builds[0]);
  const worker = await new Worker(controller, 1).open("tux");
  await worker.work();
  await all.find<Build>("it runs", ({ status, agent }) => status === "running" && agent === "tux");
  await worker.end(id);
  await all.find<Build>("it has ended", ({ status }) => status === "success");
  const other = await ground.ask("stand");
  await one.find<Build>("the other app's build is told", (build) => build.id === other);
  expect(one.parsed<Build>().every(({ app }) => app.name === "stand")).toBe(true);
});

test("a waiting build that gets room is told, although only another one has changed", async () => {
  const controller = await testController();
  const ground = new QueueGround(controller);
  await ground.account("shop", 1, "till");
  const worker = await new Worker(controller, 2).open("tux");
  const first = await ground.ask("till");
  expect(await worker.work()).toEqual([first]);
  const second = await ground.ask("till");
  const lines = await follow(controller, controller.adminToken);
  expect(await ground.status(second)).toEqual(["pending"]);
  await worker.end(first);
  await lines.find<Build>("the second has room", ({ id, status }) => id === second && status === "queued");
  await ground.setLimit("shop", 5);
  const third = await ground.ask("till");
  await ground.setLimit("shop", 1);
  await lines.find<Build>("the third has none any more", ({ id, status }) => id === third && status === "pending");
});

test("nobody is told of another account's builds, and nothing more once rights have ended", async () => {
  let aheadMs = 0;
  const clock: Clock = { now: () => Date.now(), monotonic: () => performance.now() + aheadMs };
  const more = { clock };
  const controller = await testController({ heartbeatMs: 100 }, temporaryFolder(), undefined, more);
  const ground = new QueueGround(controller);
  const anna = await person(controller, "anna@example.com", { shop: "viewer", bank: "viewer" });
  await ground.account("lab", null, "flask");
  for (const [account, app] of [
    ["shop", "till"],
    ["bank", "vault"],
  ])
    await ground.send("POST", `/apps?account=${account}`, { name: app, gitUrl: "https://example.test/x.git" });
  const lines = await follow(controller, anna.token);
  const shop = await follow(controller, anna.token, "?account=shop");
  for (const app of ["flask", "vault", "till"]) await ground.ask(app);
  await lines.find<Build>("the till's build", ({ app }) => app.name === "till");
  await shop.find<Build>("the till's build", ({ app }) => app.name === "till");
  expect(new Set(lines.parsed<Build>().map(({ app }) => app.name))).toEqual(new Set(["vault", "till"]));
  expect(new Set(shop.parsed<Build>().map(({ app }) => app.name))).toEqual(new Set(["till"]));
  expect((await anna.api("GET", "/builds/changes?account=lab")).status).toBe(404);
  expect((await anna.api("GET", "/builds/changes?app=flask")).status).toBe(404);

  await controller.api("DELETE", `/accounts/bank/members/${anna.email}`);
  aheadMs += 20_000;
  await ground.ask("vault");
  const last = await ground.ask("till");
  await lines.find<Build>("the till's next build", ({ id }) => id === last);
  expect(lines.parsed<Build>().filter(({ app }) => app.name === "vault")).toHaveLength(1);
  await controller.api("PATCH", `/users/${anna.email}`, { password: `${PASSWORD} anew` });
  aheadMs += 20_000;
  await eventually("the stream ends with the login", () => lines.ended);
});

test("a quiet stream says so now and then, and its reader's going or reading nothing holds up nothing", async () => {
  const controller = await testController({ heartbeatMs: 50 });
  const ground = new QueueGround(controller);
  await ground.account("shop", null, "till");
  const lines = await follow(controller, controller.adminToken);
  await eventually("three empty lines", () => lines.all.length >= 3);
  expect(new Set(lines.all)).toEqual(new Set([""]));
  const { hostname, port } = new URL(controller.httpUrl);
  const silent = connect(Number(port), hostname).pause();
  const head = `GET /api/v1/builds/changes HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${controller.adminToken}\r\n\r\n`;
  silent.write(head);
  for (let round = 0; round < 5; round++) await Promise.all(Array.from({ length: 10 }, () => ground.ask("till")));
  await lines.find<Build>("the last is told", ({ id }) => id === 50);
  silent.destroy();
  const began = Date.now();
  await controller.close();
  expect(Date.now() - began).toBeLessThan(10_000);
});
