import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { cpus, loadavg, tmpdir, totalmem } from "node:os";
import { join } from "node:path";
import { ControllerProcess } from "./controller-process.ts";
import { syncTimes } from "./disk.ts";
import { forkDriver, plansFor } from "./drivers.ts";
import { fillData } from "./fill.ts";
import { Fleet } from "./fleet.ts";
import { connect, dispatch, herd, idle } from "./phases.ts";
import { print, type Results } from "./print.ts";

// make bench-fleet [AGENTS=10000 HERD=2000 QUEUED=10000 IDLE=90 BUILDS=400 OUT=FILE PROFILE=FOLDER PLAIN=1]: one controller
// (SQLite, TLS) with so many agents that speak the real protocol, each on a connection of its own; beside it, dispatch with
// ten agents. IDLE is in seconds.
const given = Object.fromEntries(process.argv.slice(2).map((word) => word.split("=", 2) as [string, string]));
const number = (name: string, otherwise: number) => Number(given[name] || otherwise);
const AGENTS = number("AGENTS", 10_000);
const HERD = number("HERD", 2_000);
const QUEUED = number("QUEUED", 10_000);
const IDLE = number("IDLE", 90);
const BUILDS = number("BUILDS", 400);
const PER_SECOND = number("PER_SECOND", 15);
const DRIVERS = 2;
const BASELINE_AGENTS = Math.min(AGENTS, 10);
const plain = given["PLAIN"] === "1";
const profileFolder = given["PROFILE"] ?? "";

const folder = mkdtempSync(join(tmpdir(), "millwright-bench-fleet-"));
try {
  const sync = say("4 KiB to the disk", syncTimes(folder));
  const baseline = await withFleet("few", BASELINE_AGENTS, "", async (controller, fleet) => {
    await connect(controller, fleet);
    return dispatch(controller, fleet, BUILDS, PER_SECOND);
  });
  const results = await withFleet("fleet", AGENTS, profileFolder, async (controller, fleet): Promise<Results> => {
    const empty = controller.load();
    const machine = {
      cores: cpus().length,
      memoryMib: Math.round(totalmem() / 2 ** 20),
      load: loadavg(),
      tls: !plain,
      sync,
    };
    const connected = say("connected", await connect(controller, fleet));
    const quiet = say("idle", await idle(controller, fleet, IDLE));
    const dispatched = say("dispatch", await dispatch(controller, fleet, BUILDS, PER_SECOND));
    const back = HERD > 0 ? say("herd", await herd(controller, fleet, HERD, QUEUED)) : undefined;
    const emptyMib = Math.round(empty.rssBytes / 2 ** 20);
    return { agents: AGENTS, machine, emptyMib, baseline, connected, idle: quiet, dispatch: dispatched, herd: back };
  });
  print(results, BASELINE_AGENTS);
  if (given["OUT"]) writeFileSync(given["OUT"], `${JSON.stringify(results, null, 2)}\n`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** Each as soon as it is known: with ten thousand agents the whole takes minutes. */
function say<T extends object>(what: string, measured: T): T {
  console.error(`${what}: ${JSON.stringify(measured)}`);
  return measured;
}

async function withFleet<T>(
  name: string,
  agents: number,
  profileTo: string,
  work: (controller: ControllerProcess, fleet: Fleet) => Promise<T>,
): Promise<T> {
  const data = join(folder, name);
  const keys = await fillData(data, agents);
  const controller = await ControllerProcess.start(data, { plain, profileFolder: profileTo });
  const drivers = plansFor(controller, keys, HERD, DRIVERS).map((plan) => forkDriver(folder, plan));
  const fleet = new Fleet(drivers);
  try {
    return await work(controller, fleet);
  } finally {
    await fleet.close();
    await controller.stop();
  }
}
