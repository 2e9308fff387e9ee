import { accessSync, constants, readFileSync } from "node:fs";
import { mkdir, statfs } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { errorOf } from "../base/errors/millwright-error.ts";
import { createLogger } from "../base/observe/logger.ts";
import { takePidLock } from "../base/processes/pid-lock.ts";
import { detectHost } from "../build/toolchain/detect-host.ts";
import type { Capability } from "../protocol/generated/millwright/agent/v1/agent.ts";
import { loadAgentConfig } from "./config.ts";
import { ControllerClient } from "./connection/controller-client.ts";
import { createAgentMetrics } from "./health/metrics.ts";
import { openHealthServer } from "./health/server.ts";
import { bootId, machineId } from "./host/identity.ts";
import { JobTable } from "./jobs/job-table.ts";
import { LeaseJournal } from "./jobs/lease-journal.ts";
import { MaterialServer } from "./jobs/material-server.ts";
import { Supervisors } from "./jobs/supervisors.ts";
import { Session } from "./session/session.ts";
import { untilStopped } from "./shutdown.ts";

const SUPERVISOR = fileURLToPath(new URL("../build/main.js", import.meta.url));
const FOLDERS = ["jobs", "mirrors", "worktrees", "scratch", "tools", "caches", "logs"];

/**
 * Runs an agent until it is told to stop; answers the exit code. Throws what is wrong with the configuration or the host,
 * and AGENT_REFUSED when the controller doesn't take it.
 */
export async function runAgent(options: { configFile: string }): Promise<number> {
  const config = loadAgentConfig(options.configFile, process.env);
  const logger = createLogger("agent", config.log.level).child({ agent: config.name });
  const agentToken = readToken(config.controller.tokenFile);
  const lock = await takeWorkFolder(config.workFolder);
  const metrics = createAgentMetrics();
  metrics.slots.set(config.slots);
  const client = new ControllerClient(config.controller.address);
  const capability: Capability = await detectHost(config.buildEnvironment, config.workFolder);
  const supervisors = new Supervisors(SUPERVISOR, join(config.workFolder, "logs"));
  const journal = new LeaseJournal(config.workFolder);
  const context = {
    client: () => client,
    journal,
    logger,
    metrics,
    logWindowBytes: 2 ** 20,
    logFlushMs: 250,
    bootId: bootId(),
  };
  const socket = socketPath(config.workFolder);
  const jobs = new JobTable(context, supervisors, socket);
  const materials = new MaterialServer(
    () => client,
    (leaseId) => jobs.find(leaseId),
  );
  await materials.listen(socket);
  for (const entry of journal.entries()) jobs.adopt(entry);

  const session = new Session({
    client: () => client,
    agentToken,
    name: config.name,
    slots: config.slots,
    machineId: machineId(config.workFolder),
    bootId: context.bootId,
    capability: { ...capability, targetPlatforms: config.targetPlatforms },
    jobs,
    begin: (accepted) => jobs.begin(accepted, config),
    diskFree: () => freeBytes(config.workFolder),
    logger,
    metrics,
  });
  jobs.onChange = () => session.syncNow();
  const health = await openHealthServer(config.http.address, metrics, () => (session.trouble ? [session.trouble] : []));
  logger.info(
    { work: config.workFolder, slots: config.slots, health: health.url, ...summary(capability) },
    "the agent is ready",
  );
  try {
    await untilStopped(session, jobs, logger);
    return 0;
  } finally {
    supervisors.close();
    materials.close();
    await health.close();
    client.close();
    lock.release();
    logger.info("the agent has stopped");
  }
}

function readToken(file: string): string {
  try {
    return readFileSync(file, "utf8").trim();
  } catch (cause) {
    const reason = `The agent token can't be read: ${(cause as Error).message}.`;
    throw errorOf("AGENT_REFUSED", { reason }, { cause });
  }
}

async function takeWorkFolder(folder: string): Promise<{ release: () => void }> {
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    accessSync(folder, constants.W_OK | constants.X_OK);
    for (const name of FOLDERS) await mkdir(join(folder, name), { recursive: true, mode: 0o700 });
  } catch (cause) {
    throw errorOf("WORK_FOLDER_UNUSABLE", { folder, reason: (cause as Error).message }, { cause });
  }
  const lock = takePidLock(join(folder, "lock"));
  if ("heldBy" in lock) throw errorOf("WORK_FOLDER_TAKEN", { folder, pid: lock.heldBy });
  return lock;
}

/** Unix sockets have short names (104 bytes on macOS): a deep work folder gets its socket elsewhere, under its own mark. */
function socketPath(workFolder: string): string {
  const near = join(workFolder, "agent.sock");
  return near.length < 100 ? near : join(tmpdir(), `millwright-${machineId(workFolder)}.sock`);
}

async function freeBytes(folder: string): Promise<number> {
  const info = await statfs(folder);
  return info.bavail * info.bsize;
}

function summary(capability: Capability): object {
  const lacking = capability.platforms.filter((each) => !each.supported);
  return {
    platforms: capability.platforms.filter((each) => each.supported).map((each) => each.platform),
    lacking: Object.fromEntries(lacking.map((each) => [each.platform, each.lacking])),
  };
}
