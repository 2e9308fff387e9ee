import { join } from "node:path";
import { errorOf } from "../base/errors/millwright-error.ts";
import type { Logger } from "../base/observe/logger.ts";
import { systemClock } from "../base/time/clock.ts";
import { Authenticator } from "./accounts/authenticator.ts";
import { BrowserLogins } from "./accounts/browser-logins.ts";
import { Logins } from "./accounts/logins.ts";
import { Presence } from "./agents/presence.ts";
import { Watchers } from "./agents/watchers.ts";
import type { Blobs } from "./blobs/blobs.ts";
import { isBucketAddress } from "./blobs/bucket-address.ts";
import { openBlobs } from "./blobs/open-blobs.ts";
import { blobsOf, type ControllerOptions, keyFileOf } from "./controller-options.ts";
import { mustBeUsable, unusableFolder } from "./data-folder.ts";
import { PAGE_FOLDER } from "./http/pages/page-folder.ts";
import { LogOutlines } from "./logs/log-outlines.ts";
import { LogReader } from "./logs/log-reader.ts";
import { LogWriter } from "./logs/log-writer.ts";
import { createControllerMetrics } from "./metrics.ts";
import { Repositories } from "./pushes/repositories.ts";
import type { OpenedStore } from "./replicas/open-store.ts";
import { isSharedFolder, ownFiles, refuseOtherFolder, type SharedFiles, sharedFiles } from "./replicas/shared-files.ts";
import { KeyRotation } from "./secrets/key-rotation.ts";
import { openKeys } from "./secrets/open-keys.ts";
import type { Sealer } from "./secrets/sealer.ts";
import { Signer } from "./secrets/tokens.ts";
import { DEFAULT_POLICY, DEFAULT_TIMING, type Services } from "./services.ts";
import type { Store } from "./store/store.ts";
import { grpcAddressForAgents } from "./tls/names.ts";
import { openTls } from "./tls/open-tls.ts";
import { openTracing } from "./tracing/open-tracing.ts";
import { openSpecKeys } from "./trust/open-spec-keys.ts";

const MOST_PUSH_BYTES = 2 * 2 ** 30;

/** Where both sides are reached; the ports are known once they listen. */
export interface Reached {
  http: string;
  grpc: string;
}

/** What everything else stands on. */
type Ground = Pick<Services, "store" | "changes" | "replicas" | "clock" | "logger" | "timing" | "policy">;

/** Opens everything in the data folder and in what controllers have in common, and puts the parts of the controller together. */
export async function openServices(
  { store, changes, replicas }: OpenedStore,
  options: ControllerOptions,
  logger: Logger,
  reached: Reached,
): Promise<Services> {
  const clock = options.clock ?? systemClock;
  const timing = { ...DEFAULT_TIMING, ...options.timing };
  const policy = { ...DEFAULT_POLICY, ...options.policy };
  const ground = { store, changes, replicas, clock, logger, timing, policy };
  const { files, blobs } = await openFiles(ground, options);
  const tls = await tlsOf(ground, options);
  const specKeys = await store.exclusively("spec key", () =>
    openSpecKeys(ground, options.shared ?? options.data, options),
  );
  const sealer = await store.exclusively("keys", () => openSealer(options, store, logger));
  return {
    ...ground,
    ...logsOf(ground, blobs),
    ...tokensOf(ground, files),
    ...tls,
    dataFolder: options.data,
    blobs,
    sealer,
    specKeys,
    keys: new KeyRotation({ store, sealer, clock, logger, timing, replicas }, keyFileOf(options)),
    presence: new Presence(clock),
    watchers: new Watchers(changes),
    metrics: createControllerMetrics(),
    tracing: await openTracing(process.env, store),
    takesSharedToken: options.sharedAgentToken ?? true,
    repositories: new Repositories(repositoriesOf(options), options.mostPushBytes ?? MOST_PUSH_BYTES),
    pageFolder: options.pageFolder ?? PAGE_FOLDER,
    trustedProxies: options.trustedProxies ?? [],
    publicUrl: () => options.publicUrl?.replace(/\/+$/, "") ?? reached.http,
    agentsAddress: () => grpcAddressForAgents(options, reached.grpc),
  };
}

/** What is in files: tokens, builds' own. Throws REPLICA_DIFFERS, REPLICA_FOLDER_DIFFERS and what `openBlobs` throws. */
async function openFiles(
  { store, replicas, clock }: Ground,
  options: ControllerOptions,
): Promise<{ files: SharedFiles; blobs: Blobs }> {
  const { shared = options.data } = options;
  mustBeUsable(shared);
  const files = replicas.shared
    ? await sharedFiles(store, shared, options.replaceSharedFiles ?? false)
    : ownFiles(shared);
  const place = blobsOf(options);
  const blobs = await openBlobs(place, store.uploads, clock);
  if (replicas.shared) {
    if (!isBucketAddress(place.address)) await refuseOtherFolder(store, "blobs", place.address);
    await isSharedFolder(store, "git", repositoriesOf(options)); // the first one says which it is
  }
  return { files, blobs };
}

function repositoriesOf({ shared, data }: ControllerOptions): string {
  return join(shared ?? data, "git");
}

async function tlsOf(
  { store, logger }: Ground,
  options: ControllerOptions,
): Promise<Pick<Services, "tls" | "httpTls">> {
  const { insecureGrpc = false, httpTls = false } = options;
  if (insecureGrpc && !httpTls) return { tls: undefined, httpTls: undefined };
  const folders = { own: options.data, authority: options.shared ?? options.data };
  const tls = await store.exclusively("tls", async () => openTls(options, folders, logger));
  return { tls: insecureGrpc ? undefined : tls, httpTls: httpTls ? tls : undefined };
}

async function openSealer(options: ControllerOptions, store: Store, logger: Logger): Promise<Sealer> {
  const file = keyFileOf(options);
  const place = { file, dataFolder: options.data };
  try {
    return await openKeys(store, place, systemClock.now(), logger, options.store !== undefined);
  } catch (cause) {
    if (options.keyFile === undefined) throw unusableFolder(options.data, cause);
    throw errorOf("KEY_FILE_UNUSABLE", { file, reason: (cause as Error).message }, { cause });
  }
}

function logsOf({ store, changes }: Ground, blobs: Blobs): Pick<Services, "logWriter" | "logReader" | "logOutlines"> {
  const logReader = new LogReader(store, blobs);
  return { logWriter: new LogWriter(store.logs, changes), logReader, logOutlines: new LogOutlines(store, logReader) };
}

/** Who may do what. */
function tokensOf(
  { store, clock, logger }: Ground,
  files: SharedFiles,
): Pick<Services, "signer" | "agentToken" | "authenticator" | "logins" | "browserLogins"> {
  return {
    signer: new Signer(files["signing.key"]),
    agentToken: files["agent.token"],
    authenticator: new Authenticator(files["admin.token"], { store, clock }),
    logins: new Logins({ store, clock, logger }),
    browserLogins: new BrowserLogins({ store, clock }),
  };
}
