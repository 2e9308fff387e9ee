import { expect, test } from "vitest";
import { PATIENT } from "../../api-fuzz/ground.ts";
import { fuzz } from "../../api-fuzz/run.ts";
import { temporaryFolder, testController } from "../../support/controller.ts";

test("generated requests of every route find no failure of the controller and nothing of another account", async () => {
  const { trustedProxies, timing } = PATIENT;
  const controller = await testController(timing, temporaryFolder(), undefined, { trustedProxies });
  const { faults, routes, sent } = await fuzz(controller, 400, 1);
  expect(faults.join("\n\n")).toBe("");
  expect(sent).toBeGreaterThanOrEqual(400);
  expect([...routes].filter(([, times]) => times === 0)).toEqual([]);
});
