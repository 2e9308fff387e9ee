import { join } from "node:path";
import type { FastifyInstance } from "fastify";
import { errorOf } from "../base/errors/millwright-error.ts";
import { writeFileAtomically } from "../base/files.ts";
import { createLogger, type Logger } from "../base/observe/logger.ts";
import { ServiceManager } from "../base/processes/service-manager.ts";
import { type Clock, systemClock } from "../base/time/clock.ts";
import { Authenticator } from "./accounts/authenticator.ts";
import { BrowserLogins } from "./accounts/browser-logins.ts";
import { Logins } from "./accounts/logins.ts";
import { Presence } from "./agents/presence.ts";
import { Watchers } from "./agents/watchers.ts";
import { isBucketAddress } from "./blobs/bucket-address.ts";
import { type BlobsOptions, openBlobs } from "./blobs/open-blobs.ts";
import { mustBeUsable, takeDataFolder, unusableFolder } from "./data-folder.ts";
import { openAgentServer } from "./grpc/server.ts";
import { PAGE_FOLDER } from "./http/pages/page-folder.ts";
import { createHttpServer } from "./http/server.ts";
import { inheritedSocket } from "./inherited-socket.ts";
import { LeftLogs } from "./logs/left-logs.ts";
import { LogOutlines } from "./logs/log-outlines.ts";
import { LogReader } from "./logs/log-reader.ts";
import { LogWriter } from "./logs/log-writer.ts";
import { createControllerMetrics } from "./metrics.ts";
import { DeliverySender } from "./notices/sender.ts";
import { PushBook } from "./pushes/push-book.ts";
import { Repositories } from "./pushes/repositories.ts";
import { Dispatcher } from "./queue/dispatcher.ts";
import { Expiry } from "./queue/expiry.ts";
import { LeaseBook } from "./queue/lease-book.ts";
import { type OpenedStore, openAlone, openShared } from "./replicas/open-store.ts";
import { isSharedFolder, ownFiles, refuseOtherFolder, sharedFiles } from "./replicas/shared-files.ts";
import { Sweeper } from "./retention/sweeper.ts";
import { KeyRotation } from "./secrets/key-rotation.ts";
import { defaultKeyFile, openKeys } from "./secrets/open-keys.ts";
import type { Sealer } from "./secrets/sealer.ts";
import { Signer } from "./secrets/tokens.ts";
import { DEFAULT_POLICY, DEFAULT_TIMING, type Policy, type Services, type Timing } from "./services.ts";
import type { Store } from "./store/store.ts";
import { grpcAddressForAgents } from "./tls/names.ts";
import { beginTls, openTls, type TlsOptions } from "./tls/open-tls.ts";
import { warnOfPlainWays } from "./tls/plain-ways.ts";
import { httpsServer } from "./tls/servers.ts";

const MOST_PUSH_BYTES = 2 * 2 ** 30;

export interface ControllerOptions extends TlsOptions {
  /** Store, blobs, keys and tokens: everything the controller has. */
  data: string;
  /** `postgres://…`; without it, SQLite in the data folder. */
  store?: string;
  /** Where is what controllers on one store must have in common: keys, tokens, git repositories. Without it, the data folder. */
  shared?: string;
  /** The keys and tokens that are there become the ones that controllers on this store must have in common. */
  replaceSharedFiles?: boolean;
  /** Where the keys are that encrypt secrets in the store; without it, `secret.key` in the data folder. */
  keyFile?: string;
  /** Where files and sealed logs are: a folder, or `s3://BUCKET/PREFIX?…`; without it, `blobs` in the data folder. */
  blobs?: string;
  /** The file with the bucket's credentials; without it, as the AWS tools find them. */
  blobsCredentials?: string;
  /** host:port for people. */
  http: string;
  /** host:port for agents. */
  grpc: string;
  logLevel: string;
  /** Where the HTTP side is reached from elsewhere; without it, where it listens. */
  publicUrl?: string;
  /** Speak to agents without TLS. */
  insecureGrpc?: boolean;
  /** Serve the HTTP side by HTTPS, with the same certificate. */
  httpTls?: boolean;
  /** Whether agents without a key of their own are taken, by the token in agent.token; yes, when left out. */
  sharedAgentToken?: boolean;
  /** Addresses and networks (CIDR) of proxies in front, whose X-Forwarded-For says where a request comes from. */
  trustedProxies?: readonly string[];
  /** The most that one `git push` to a remote of the controller's own may bring; 2 GiB without it. */
  mostPushBytes?: number;
  /** What isn't given is as DEFAULT_POLICY says. */
  policy?: Partial<Policy>;
  timing?: Partial<Timing>;
  /** For tests. */
  clock?: Clock;
  /** For tests: where the web page is instead. */
  pageFolder?: string;
}

export interface Controller {
  httpUrl: string;
  grpcAddress: string;
  /** The certificate of the CA to trust, where agents are spoken to by TLS. */
  caFile: string | undefined;
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
  let httpUrl = "";
  let grpcAddress = options.grpc;
  const reached = { http: () => httpUrl, grpc: () => grpcAddress };
  const services = await openServices(opened, options, logger, reached);
  const { store, keys, replicas } = services;
  const tls = services.tls ?? services.httpTls;
  const leases = new LeaseBook(services);
  const dispatcher = new Dispatcher(services);
  const expiry = new Expiry(services, leases);
  const pushes = new PushBook(services);
  const deliveries = new DeliverySender(services);
  const sweeper = new Sweeper(services);
  const leftLogs = new LeftLogs(services);
  const http = createHttpServer(services, pushes, services.httpTls && httpsServer(services.httpTls));
  httpUrl = (await listen(http, options.http)).replace(/^https?:/, services.httpTls ? "https:" : "http:");
  const agents = await openAgentServer(services, dispatcher, leases, options.grpc);
  grpcAddress = options.grpc.replace(/:\d+$/, `:${agents.port}`);
  await keys.start();
  const caFile = tls && beginTls(tls, options.data, services.timing.tlsLookMs);
  warnOfPlainWays(services, logger);
  expiry.start();
  pushes.start();
  deliveries.start();
  sweeper.start();
  leftLogs.start();
  writeFileAtomically(
    join(options.data, "addresses.json"),
    JSON.stringify({ http: httpUrl, grpc: grpcAddress, caFile }),
  );
  logger.info({ http: httpUrl, grpc: grpcAddress, data: options.data }, "the controller is ready");
  return {
    httpUrl,
    grpcAddress,
    caFile,
    close: async () => {
      tls?.stop();
      await expiry.stop();
      await keys.stop();
      dispatcher.close();
      await Promise.all([deliveries.stop(), sweeper.stop(), leftLogs.stop()]); // what they leave is done at the next start
      await Promise.all([http.close(), agents.close()]);
      await pushes.stop();
      await replicas.close();
      await store.close();
      lock.release();
      logger.info("the controller has stopped");
    },
  };
}

/** Opens everything in the data folder. */
async function openServices(
  { store, changes, replicas }: OpenedStore,
  options: ControllerOptions,
  logger: Logger,
  reached: { http: () => string; grpc: () => string },
): Promise<Services> {
  const clock = options.clock ?? systemClock;
  const { shared = options.data } = options;
  mustBeUsable(shared);
  const files = replicas.shared
    ? await sharedFiles(store, shared, options.replaceSharedFiles ?? false)
    : ownFiles(shared);
  const blobs = await openBlobs(blobsOf(options), store.uploads, clock);
  if (replicas.shared) {
    const { address } = blobsOf(options);
    if (!isBucketAddress(address)) await refuseOtherFolder(store, "blobs", address);
    await isSharedFolder(store, "git", join(shared, "git")); // the first one says which it is
  }
  const needsTls = !options.insecureGrpc || options.httpTls === true;
  const folders = { own: options.data, authority: shared };
  const tls = needsTls ? await store.exclusively("tls", async () => openTls(options, folders, logger)) : undefined;
  const logReader = new LogReader(store, blobs);
  const sealer = await store.exclusively("keys", () => openSealer(options, store, logger));
  const timing = { ...DEFAULT_TIMING, ...options.timing };
  return {
    dataFolder: options.data,
    store,
    blobs,
    changes,
    clock,
    logger,
    timing,
    policy: { ...DEFAULT_POLICY, ...options.policy },
    sealer,
    keys: new KeyRotation({ store, sealer, clock, logger, timing, replicas }, keyFileOf(options)),
    presence: new Presence(clock),
    watchers: new Watchers(changes),
    replicas,
    logWriter: new LogWriter(store.logs, changes),
    logReader,
    logOutlines: new LogOutlines(store, logReader),
    signer: new Signer(files["signing.key"]),
    metrics: createControllerMetrics(),
    agentToken: files["agent.token"],
    takesSharedToken: options.sharedAgentToken ?? true,
    tls: options.insecureGrpc ? undefined : tls,
    httpTls: options.httpTls ? tls : undefined,
    authenticator: new Authenticator(files["admin.token"], { store, clock }),
    logins: new Logins({ store, clock, logger }),
    browserLogins: new BrowserLogins({ store, clock }),
    repositories: new Repositories(join(shared, "git"), options.mostPushBytes ?? MOST_PUSH_BYTES),
    pageFolder: options.pageFolder ?? PAGE_FOLDER,
    trustedProxies: options.trustedProxies ?? [],
    publicUrl: () => options.publicUrl?.replace(/\/+$/, "") ?? reached.http(),
    agentsAddress: () => grpcAddressForAgents(options, reached.grpc()),
  };
}

function openStore({ store, data }: ControllerOptions, clock: Clock, logger: Logger): Promise<OpenedStore> {
  if (store !== undefined) return openShared(store, clock, logger);
  return openAlone(data, clock).catch((cause: unknown) => {
    throw unusableFolder(data, cause);
  });
}

/** Runs a controller until SIGTERM or SIGINT; answers the exit code. */
export async function runController(options: ControllerOptions): Promise<number> {
  const manager = new ServiceManager(process.env, createLogger("controller", options.logLevel));
  const controller = await startController(options);
  manager.ready();
  await new Promise<void>((resolve) => {
    process.once("SIGTERM", resolve);
    process.once("SIGINT", resolve);
  });
  manager.stopping();
  await controller.close();
  manager.close();
  return 0;
}

async function openSealer(options: ControllerOptions, store: Store, logger: Logger): Promise<Sealer> {
  const file = keyFileOf(options);
  try {
    return await openKeys(
      store,
      { file, dataFolder: options.data },
      systemClock.now(),
      logger,
      options.store !== undefined,
    );
  } catch (cause) {
    if (options.keyFile === undefined) throw unusableFolder(options.data, cause);
    throw errorOf("KEY_FILE_UNUSABLE", { file, reason: (cause as Error).message }, { cause });
  }
}

function blobsOf({ data, shared, blobs, blobsCredentials }: ControllerOptions): BlobsOptions {
  const address = blobs ?? join(shared ?? data, "blobs");
  return { address, ...(blobsCredentials === undefined ? {} : { credentialsFile: blobsCredentials }) };
}

function keyFileOf(options: ControllerOptions): string {
  return options.keyFile ?? defaultKeyFile(options.shared ?? options.data);
}

async function listen(server: FastifyInstance, address: string): Promise<string> {
  const fd = inheritedSocket(process.env, process.pid);
  if (fd !== undefined) return listenOn(server, fd);
  const colon = address.lastIndexOf(":");
  const host = address.slice(0, colon).replace(/^\[|\]$/g, "");
  try {
    return await server.listen({ host, port: Number(address.slice(colon + 1)) });
  } catch (cause) {
    throw errorOf("PORT_TAKEN", { address }, { cause });
  }
}

/** A host must be named, or else fastify also listens on other addresses of localhost. */
async function listenOn(server: FastifyInstance, fd: number): Promise<string> {
  const options = { fd, host: "127.0.0.1" };
  try {
    return await server.listen(options);
  } catch (cause) {
    throw errorOf("LISTEN_SOCKET_UNUSABLE", { fd, reason: `${(cause as Error).message}.` }, { cause });
  }
}
