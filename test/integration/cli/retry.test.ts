import { expect, test } from "vitest";
import type { Build } from "../../../src/protocol/api.ts";
import { testController } from "../../support/controller.ts";
import { QueueGround } from "../../support/queue-ground.ts";
import { runCli, startCli } from "./run-cli.ts";

test("retry asks for the same build again, and with --follow ends with its exit code", async () => {
  const controller = await testController();
  const ground = new QueueGround(controller);
  await ground.account("shop", null, "till");
  const first = await ground.ask("till");
  const environment = { MILLWRIGHT_URL: controller.httpUrl, MILLWRIGHT_TOKEN: controller.adminToken };
  const asked = await runCli(["retry", `${first}`, "--json"], { environment });
  expect([asked.exitCode, JSON.parse(asked.stdout) as Build]).toEqual([
    0,
    expect.objectContaining({ id: first + 1, commit: "main", requestedBy: "admin", status: "queued" }),
  ]);
  const said = await runCli(["retry", `${first}`], { environment });
  expect(said.stdout).toContain(`Build ${first + 2}: till, `);
  expect(said.stdout).toContain(`millwright logs ${first + 2} --follow`);

  const following = startCli(["retry", `${first}`, "--follow"], { environment });
  await following.printed(`Build ${first + 3}`);
  await controller.api("POST", `/builds/${first + 3}/cancel`);
  expect(await following.exitCode).toBe(3);
  expect((await runCli(["retry", "99"], { environment })).exitCode).toBe(2);
});
