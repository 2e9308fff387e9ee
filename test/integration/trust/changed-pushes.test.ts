import { join } from "node:path";
import { sql } from "kysely";
import { expect, test } from "vitest";
import { openStoreOf, temporaryFolder, testController } from "../../support/controller.ts";
import { eventually } from "../../support/eventually.ts";
import { addOwnRemote, buildsOf, Clone, pushesOf, withLogin } from "../../support/pushing.ts";

async function ground() {
  const controller = await testController();
  const app = await addOwnRemote(controller, "shop");
  const clone = await new Clone(join(temporaryFolder(), "shop")).init();
  const sha = await clone.commit("one");
  const push = () => clone.git("push", withLogin(app.gitUrl, "ann", controller.adminToken), "main");
  const change = async (statement: ReturnType<typeof sql>) => {
    const db = await openStoreOf(controller.data);
    await statement.execute(db);
    await db.destroy();
  };
  const outcome = () =>
    eventually("the push was acted upon", async () => (await pushesOf(controller, "shop"))[0]?.outcome || undefined);
  return { controller, app, sha, push, change, outcome };
}

test("an automation that was changed in the store begins nothing; what else the push begins is begun", async () => {
  const { controller, push, change, outcome } = await ground();
  const request = { kind: "package", platform: "android", buildType: "debug" };
  const automation = { name: "nightly", branches: ["main"], request };
  expect((await controller.api("POST", "/apps/shop/automations", automation)).status).toBe(201);
  await change(sql`update automations set request = replace(request, 'debug', 'release')`);
  await push();
  expect(await outcome()).toMatch(
    /deploy build: started.*automation nightly: not started: The automation nightly is not as/,
  );
  expect((await buildsOf(controller, "shop")).map(({ kind }) => kind)).toEqual(["deploy"]);
  const changed = await controller.api("PATCH", "/apps/shop/automations/nightly", { branches: ["x"] });
  expect(changed.body).toMatchObject({ error: { code: "SPEC_SIGNATURE_STORE" } });
});

test("a push that somebody wrote into the store begins nothing when the controller starts", async () => {
  const { controller, app, sha, change } = await ground();
  await controller.close();
  await change(sql`insert into pushes (app_id, delivery, source, branch, sha, before_sha, note, pushed_by, at, outcome)
    values (${app.id}, 'd', 'github', 'main', ${sha}, '', '', '', 1, '')`);
  const next = await testController({}, controller.data);
  const [push] = await eventually("it was looked at", async () => {
    const pushes = await pushesOf(next, "shop");
    return pushes[0]?.outcome ? pushes : undefined;
  });
  expect(push?.outcome).toMatch(/not started: The push 1 is not as the controller wrote it/);
  expect(await buildsOf(next, "shop")).toEqual([]);
});
