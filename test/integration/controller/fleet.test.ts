import { join } from "node:path";
import { expect, onTestFinished } from "vitest";
import { ControllerProcess } from "../../bench/fleet/controller-process.ts";
import { Crew } from "../../bench/fleet/crew.ts";
import { plansFor } from "../../bench/fleet/drivers.ts";
import { fillData } from "../../bench/fleet/fill.ts";
import { type Driver, Fleet } from "../../bench/fleet/fleet.ts";
import type { Report } from "../../bench/fleet/orders.ts";
import { connect, dispatch, herd, idle } from "../../bench/fleet/phases.ts";
import type { DriverPlan } from "../../bench/fleet/plan.ts";
import { sqliteTest, temporaryFolder } from "../../support/controller.ts";

const AGENTS = 60;

/** A driver in this process. */
function driverHere(plan: DriverPlan): Driver {
  let report: (report: Report) => void = () => {};
  const crew = new Crew(plan, (each) => report(each));
  return {
    send: (order) => void crew.obey(order),
    onReport: (listener) => {
      report = listener;
    },
    close: async () => crew.close(),
  };
}

// What `make bench-fleet` does with ten thousand: more than are all woken for each build.
sqliteTest(
  "the agents are written into its file",
  "A fleet is connected and heard, gets its builds, and after a break each queued build goes to one agent",
  async () => {
    const data = join(temporaryFolder(), "data");
    const keys = await fillData(data, AGENTS);
    const controller = await ControllerProcess.start(data);
    onTestFinished(() => controller.stop());
    const fleet = new Fleet(plansFor(controller, keys, 20, 1).map(driverHere));
    onTestFinished(() => fleet.close());
    await connect(controller, fleet);
    const quiet = await idle(controller, fleet, 1);
    expect(quiet).toMatchObject({ watching: AGENTS, notReady: 0, failures: {} });
    expect((await dispatch(controller, fleet, 20, 20)).fromRequest.n).toBe(20);
    expect(await herd(controller, fleet, 20, 50)).toMatchObject({ agents: 20, queued: 50, lost: 0, twice: 0 });
    expect(await controller.openBuilds()).toEqual({ queued: 0, running: 0 });
  },
);
