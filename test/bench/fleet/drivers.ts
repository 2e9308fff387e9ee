import { fork } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { ControllerProcess } from "./controller-process.ts";
import type { Driver } from "./fleet.ts";
import type { Report } from "./orders.ts";
import type { DriverPlan } from "./plan.ts";

/** What each of so many drivers is to play. They take turns, so that the herd is played by all of them alike. */
export function plansFor(
  { grpcAddress, caFile }: Pick<ControllerProcess, "grpcAddress" | "caFile">,
  keys: readonly string[],
  herd: number,
  drivers: number,
): DriverPlan[] {
  return Array.from({ length: Math.min(drivers, keys.length) }, (_, first) => {
    const own = keys.filter((_key, index) => index % drivers === first);
    return { grpcAddress, caFile, first, step: drivers, keys: own, herd };
  });
}

/** A process that plays it; the plan is written into the folder. */
export function forkDriver(folder: string, plan: DriverPlan): Driver {
  const file = join(folder, `driver-${plan.keys.length}-${plan.first}.json`);
  writeFileSync(file, JSON.stringify(plan));
  const child = fork(fileURLToPath(new URL("./driver.js", import.meta.url)), [file]);
  return {
    send: (order) => child.send(order),
    onReport: (listener) => child.on("message", (report: Report) => listener(report)),
    close: async () => {
      if (child.exitCode !== null) return;
      const ended = once(child, "exit");
      child.kill("SIGKILL");
      await ended;
    },
  };
}
