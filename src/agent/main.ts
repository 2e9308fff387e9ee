import { fileURLToPath } from "node:url";
import { failureOf } from "../base/errors/millwright-error.ts";
import { createLogger } from "../base/observe/logger.ts";
import { ServiceManager } from "../base/processes/service-manager.ts";
import { systemClock } from "../base/time/clock.ts";
import type { Capability } from "../protocol/generated/millwright/agent/v1/agent.ts";
import { JOURNAL } from "../protocol/version.ts";
import { LiveConfig } from "./config.ts";
import { Connection } from "./connection/connection.ts";
import { readCredentials } from "./connection/credentials.ts";
import { identityOf } from "./connection/host-identity.ts";
import { readTrust, uploadContext } from "./connection/trust.ts";
import { Janitor } from "./disk/janitor.ts";
import { cleanSettings } from "./disk/settings.ts";
import { agentChecks, standsStill } from "./health/checks.ts";
import { measureCalls } from "./health/measure-calls.ts";
import { createAgentMetrics } from "./health/metrics.ts";
import { sample } from "./health/sample.ts";
import { openHealthServer } from "./health/server.ts";
import { diskReasons, freeBytes } from "./host/disk.ts";
import { bootId, machineMark } from "./host/identity.ts";
import { IsolationWatch, whyNoIsolation } from "./host/isolation.ts";
import { StarvationWatch } from "./host/starvation.ts";
import { ToolchainWatch } from "./host/toolchains.ts";
import { cleanUp } from "./janitor.ts";
import { JobGroups } from "./jobs/job-groups.ts";
import { JobTable } from "./jobs/job-table.ts";
import { LeaseJournal } from "./jobs/lease-journal.ts";
import { MaterialServer } from "./jobs/material-server.ts";
import { SpecTrust } from "./jobs/spec-trust.ts";
import { Supervisors } from "./jobs/supervisors.ts";
import { launchedBy, showSession, whyWentBack } from "./releases/under-launcher.ts";
import { reloadOnHangup } from "./reload.ts";
import { Session } from "./session/session.ts";
import { untilStopped } from "./shutdown.ts";
import { materialSocket, takeWorkFolder } from "./work-folder.ts";

const SUPERVISOR = fileURLToPath(new URL("../build/main.js", import.meta.url));

/**
 * Runs an agent until it is told to stop; answers the exit code. Throws what is wrong with the configuration or the host,
 * and AGENT_REFUSED, AGENT_REVOKED or VERSION_REFUSED when the controller doesn't take it.
 */
export async function runAgent(options: { configFile: string }): Promise<number> {
  const live = new LiveConfig(options.configFile, process.env);
  const { name, workFolder, controller, http } = live.current;
  const logger = createLogger("agent", () => live.current.log.level).child({ agent: name });
  const manager = new ServiceManager(process.env, logger);
  const launched = launchedBy(process.env);
  const trust = readTrust(controller);
  const credentials = readCredentials(controller, () => connection.client, systemClock);
  const lock = await takeWorkFolder(workFolder);
  const metrics = createAgentMetrics();
  const connection = new Connection(controller.address, trust, systemClock, logger, [measureCalls(metrics)]);
  const identity = identityOf(credentials, connection, controller, logger);
  const client = () => connection.client;
  const starvation = new StarvationWatch();
  const spares = () => Math.min(live.current.spares, live.current.slots);
  const supervisors = new Supervisors({ program: SUPERVISOR, workFolder, spares, logger });
  const isolation = await IsolationWatch.begin(() => live.current, logger);
  const journal = new LeaseJournal(workFolder);
  const entries = journal.entries();
  const held = [...entries.map((entry) => entry.lease), ...journal.tooNew].map(({ leaseId }) => leaseId);
  for (const { leaseId, format } of journal.tooNew) {
    const failure = failureOf("JOURNAL_TOO_NEW", { found: format, known: JOURNAL.max });
    logger.error({ lease: leaseId, failure }, "a build of a newer release is left alone");
  }
  const groups = new JobGroups(workFolder, logger);
  await groups.sweep(new Set(held));
  metrics.orphansReaped.inc(await cleanUp(workFolder, new Set(held), logger));

  const context = {
    client,
    journal,
    workFolder,
    logger,
    metrics,
    logWindowBytes: 4 * 2 ** 20,
    logFlushMs: 250,
    bootId: bootId(),
    uploadContext: uploadContext(trust),
    groups,
  };
  const socket = materialSocket(workFolder);
  const jobs = new JobTable(context, supervisors, socket);
  const materials = new MaterialServer(client, (leaseId) => jobs.find(leaseId));
  await materials.listen(socket);
  for (const entry of entries) jobs.adopt(entry);
  const janitor = new Janitor({
    settings: () => cleanSettings(live.current),
    everyMs: () => live.current.disk.cleanEvery,
    buildsRun: () => jobs.size > 0,
    logger,
    metrics,
  });

  const toolchains = await ToolchainWatch.begin({
    config: () => live.current,
    onChange: () => {
      logger.info(summary(toolchains.current), "what this host can build has changed");
      session.syncNow();
    },
    logger,
  });
  const specTrust = new SpecTrust(() => live.current, logger);
  const session = new Session({
    client,
    credentials,
    name,
    slots: () => live.current.slots,
    machineId: machineMark(workFolder),
    bootId: context.bootId,
    capability: () => toolchains.current,
    jobs,
    begin: (accepted) => jobs.begin(accepted, live.current, isolation.current, specTrust.judge(accepted)),
    meets: (keys) => specTrust.meets(keys),
    health: async () => {
      await janitor.sees(await freeBytes(workFolder));
      const diskFreeBytes = await freeBytes(workFolder);
      const reasons = diskReasons(workFolder, diskFreeBytes, live.current.disk.minFree);
      const notices = [whyWentBack(launched), ...reloading.notices()].filter((each) => each !== undefined);
      return { diskFreeBytes, reasons: [...reasons, ...whyNoIsolation(isolation), ...starvation.reasons()], notices };
    },
    clock: systemClock,
    logger,
    metrics,
  });
  jobs.onEnd = () => session.syncNow();
  const reloading = reloadOnHangup(live, logger, metrics, async (changed) => {
    janitor.reschedule();
    supervisors.renew();
    await isolation.lookAgain();
    await toolchains.lookAgain();
    if (changed.includes("slots")) session.openAgain();
    session.syncNow();
  });
  const minFree = () => live.current.disk.minFree;
  const health = await openHealthServer(http.address, {
    metrics,
    sample: () => sample(metrics, { session, jobs, workFolder, slots: live.current.slots, launched, identity }),
    checks: () =>
      agentChecks({
        session,
        starvation,
        workFolder,
        minFree: minFree(),
        capability: toolchains.current,
        isolation,
        launched,
        identity,
      }),
    standsStill: () => standsStill(session),
  });
  const stopShowing = showSession(launched, session, logger);
  const wentBack = whyWentBack(launched);
  if (wentBack) logger.warn({ reason: wentBack }, "a release was given up");
  logger.info(
    { work: workFolder, slots: live.current.slots, health: health.url, ...summary(toolchains.current) },
    "the agent is ready",
  );
  const { allow, trust: said } = live.current;
  logger.info(
    { allow, signedSpecs: said.signedSpecs, specKey: specTrust.pinned ?? "" },
    "what is taken of the controller",
  );
  manager.ready(() => standsStill(session));
  try {
    await untilStopped(session, jobs, logger, () => supervisors.close());
    return 0;
  } finally {
    manager.stopping();
    manager.close();
    reloading.stop();
    janitor.close();
    stopShowing();
    toolchains.close();
    supervisors.close();
    materials.close();
    starvation.close();
    await health.close();
    identity?.close();
    connection.close();
    lock.release();
    logger.info("the agent has stopped");
  }
}

function summary(capability: Capability): object {
  const lacking = capability.platforms.filter((each) => !each.supported);
  return {
    platforms: capability.platforms.filter((each) => each.supported).map((each) => each.platform),
    lacking: Object.fromEntries(lacking.map((each) => [each.platform, each.lacking])),
    xcodes: capability.toolchains.filter((each) => each.kind === "xcode").map((each) => `${each.version} ${each.path}`),
  };
}
