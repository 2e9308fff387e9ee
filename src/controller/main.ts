import { join } from "node:path";
import { writeFileAtomically } from "../base/files.ts";
import { createLogger, type Logger } from "../base/observe/logger.ts";
import { ServiceManager } from "../base/processes/service-manager.ts";
import { type Clock, systemClock } from "../base/time/clock.ts";
import type { ControllerOptions } from "./controller-options.ts";
import { takeDataFolder, unusableFolder } from "./data-folder.ts";
import { openAgentServer } from "./grpc/server.ts";
import { createHttpServer } from "./http/server.ts";
import { listen } from "./listen.ts";
import { openServices, type Reached } from "./open-services.ts";
import { OwnWork } from "./own-work.ts";
import { Dispatcher } from "./queue/dispatcher.ts";
import { type OpenedStore, openAlone, openShared } from "./replicas/open-store.ts";
import type { Services } from "./services.ts";
import { beginTls } from "./tls/open-tls.ts";
import { warnOfPlainWays } from "./tls/plain-ways.ts";
import { httpsServer } from "./tls/servers.ts";

export interface Controller {
  httpUrl: string;
  grpcAddress: string;
  /** The certificate of the CA to trust, where agents are spoken to by TLS. */
  caFile: string | undefined;
  /** Takes new certificates at once, which it would also find by itself after a while. */
  reload(): void;
  close(): Promise<void>;
}

/**
 * Starts a controller and answers once both sides listen. Throws DATA_FOLDER_UNUSABLE, DATA_FOLDER_TAKEN, KEY_FILE_UNUSABLE,
 * PORT_TAKEN, and on PostgreSQL STORE_UNREACHABLE, STORE_UNUSABLE, REPLICA_DIFFERS.
 */
export async function startController(options: ControllerOptions): Promise<Controller> {
  const logger = createLogger("controller", options.logLevel);
  const lock = takeDataFolder(options.data);
  try {
    const opened = await openStore(options, options.clock ?? systemClock, logger);
    return await startOn(opened, options, logger, lock).catch(async (error: unknown) => {
      await opened.replicas.close();
      await opened.store.close();
      throw error;
    });
  } catch (error) {
    lock.release();
    throw error;
  }
}

async function startOn(
  opened: OpenedStore,
  options: ControllerOptions,
  logger: Logger,
  lock: { release: () => void },
): Promise<Controller> {
  const reached = { http: "", grpc: options.grpc };
  const services = await openServices(opened, options, logger, reached);
  const work = new OwnWork(services);
  const closeSides = await openSides(services, work, options, reached);
  await services.keys.start();
  const tls = services.tls ?? services.httpTls;
  const caFile = tls && beginTls(tls, options.data, services.timing.tlsLookMs);
  warnOfPlainWays(services, logger);
  work.start();
  writeFileAtomically(join(options.data, "addresses.json"), JSON.stringify({ ...reached, caFile }));
  logger.info({ ...reached, data: options.data }, "the controller is ready");
  const close = async () => {
    tls?.stop();
    await work.stopExpiry();
    await services.keys.stop();
    await closeSides();
    await services.replicas.close();
    await services.store.close();
    lock.release();
    logger.info("the controller has stopped");
  };
  const reload = () => {
    logger.info("looking at the certificates anew; all else that the command line says needs a restart");
    tls?.look();
  };
  return { httpUrl: reached.http, grpcAddress: reached.grpc, caFile, reload, close };
}

/** Opens the doors for people and for agents, and says where they are; answers how to close them. */
async function openSides(
  services: Services,
  work: OwnWork,
  options: ControllerOptions,
  reached: Reached,
): Promise<() => Promise<void>> {
  const dispatcher = new Dispatcher(services);
  const http = createHttpServer(services, work.pushes, services.httpTls && httpsServer(services.httpTls));
  reached.http = (await listen(http, options.http)).replace(/^https?:/, services.httpTls ? "https:" : "http:");
  const agents = await openAgentServer(services, dispatcher, work.leases, options.grpc);
  reached.grpc = options.grpc.replace(/:\d+$/, `:${agents.port}`);
  return async () => {
    dispatcher.close();
    await work.stop();
    await Promise.all([http.close(), agents.close()]);
    await work.pushes.stop();
    await work.stopAudit();
  };
}

function openStore({ store, data }: ControllerOptions, clock: Clock, logger: Logger): Promise<OpenedStore> {
  if (store !== undefined) return openShared(store, clock, logger);
  return openAlone(data, clock).catch((cause: unknown) => {
    throw unusableFolder(data, cause);
  });
}

/** Runs a controller until SIGTERM or SIGINT; SIGHUP lets it take new certificates. Answers the exit code. */
export async function runController(options: ControllerOptions): Promise<number> {
  const manager = new ServiceManager(process.env, createLogger("controller", options.logLevel));
  const controller = await startController(options);
  manager.ready();
  process.on("SIGHUP", () => controller.reload());
  await new Promise<void>((resolve) => {
    process.once("SIGTERM", resolve);
    process.once("SIGINT", resolve);
  });
  manager.stopping();
  await controller.close();
  manager.close();
  return 0;
}
