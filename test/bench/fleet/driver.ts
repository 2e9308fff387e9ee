import { readFileSync } from "node:fs";
import { Crew } from "./crew.ts";
import type { Order } from "./orders.ts";
import type { DriverPlan } from "./plan.ts";

// Plays many agents in one process: node driver.js FILE-WITH-THE-PLAN. It is told what to do over the channel to its parent.
const plan = JSON.parse(readFileSync(process.argv[2] ?? "", "utf8")) as DriverPlan;
const crew = new Crew(plan, (report) => process.send?.(report));
process.on("message", (order: Order) => void crew.obey(order));
process.on("disconnect", () => process.exit(0));
