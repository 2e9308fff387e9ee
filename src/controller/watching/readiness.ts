import { failedReasons, type HealthCheck, healthCheck } from "../../base/observe/health-checks.ts";
import { formatDuration, formatSize } from "../../base/units.ts";
import { isSharedFolder } from "../replicas/shared-files.ts";
import type { Services } from "../services.ts";
import { freeBytes } from "./free-bytes.ts";

/** With less than this a log or an upload soon finds no room. */
const LEAST_FREE_BYTES = 256 * 2 ** 20;
/** A build from so far in the future means that the clock was set back, or that it was wrong before. */
const MOST_AHEAD_MS = 5 * 60_000;
const LEAST_VALID_MS = 86_400_000;
/** Anyone may ask, and each look costs a write: within this time the answer is the last one. */
const FRESH_MS = 2_000;

/** Looks whether the controller can do its work, and says of each part what is wrong with it. */
export class Readiness {
  private readonly services: Services;
  private looking: Promise<HealthCheck[]> | undefined;
  private lookedAt = 0;

  constructor(services: Services) {
    this.services = services;
  }

  checks(): Promise<HealthCheck[]> {
    const now = this.services.clock.monotonic();
    if (!this.looking || now - this.lookedAt > FRESH_MS) {
      this.looking = this.look();
      this.lookedAt = now;
    }
    return this.looking;
  }

  async isReady(): Promise<boolean> {
    return failedReasons(await this.checks()).length === 0;
  }

  private async look(): Promise<HealthCheck[]> {
    return [
      healthCheck("store", await this.storeTrouble()),
      healthCheck("disk", await this.diskTrouble()),
      healthCheck("clock", await this.clockTrouble()),
      healthCheck("key", this.services.keys.whyUnusable()),
      healthCheck("certificate", this.certificateTrouble()),
      ...(this.services.replicas.shared ? [healthCheck("git", await this.gitTrouble())] : []),
    ];
  }

  private async storeTrouble(): Promise<string | undefined> {
    try {
      await this.services.store.watch.tryToWrite();
      return undefined;
    } catch (error) {
      return `the store can't be written: ${(error as Error).message}`;
    }
  }

  private async diskTrouble(): Promise<string | undefined> {
    const { dataFolder } = this.services;
    try {
      const free = await freeBytes(dataFolder);
      if (free >= LEAST_FREE_BYTES) return undefined;
      return `the disk is nearly full: ${formatSize(free)} free in ${dataFolder}, ${formatSize(LEAST_FREE_BYTES)} needed`;
    } catch (error) {
      return `the data folder can't be looked at: ${(error as Error).message}`;
    }
  }

  /** Pushes to the controllers' own remotes must reach the same repositories, whoever takes them. */
  private async gitTrouble(): Promise<string | undefined> {
    const { repositories, store } = this.services;
    try {
      if (await isSharedFolder(store, "git", repositories.folder)) return undefined;
      const remotes = (await store.apps.list("all")).filter((app) => app.own_remote === 1);
      if (remotes.length === 0) return undefined;
    } catch {
      return undefined; // the store doesn't answer, which is said already
    }
    return `${repositories.folder} is not the folder in which the other controllers have the repositories of apps`;
  }

  /** It is renewed long before: so near its end that has failed, or the operator's own was forgotten. */
  private certificateTrouble(): string | undefined {
    const { tls, httpTls, clock } = this.services;
    const validity = (tls ?? httpTls)?.validity();
    if (!validity) return undefined;
    const leftMs = Math.min(validity.server, validity.ca, validity.clientCa ?? Number.POSITIVE_INFINITY) - clock.now();
    if (leftMs > LEAST_VALID_MS) return undefined;
    if (leftMs <= 0) return "the certificate of the controller has run out";
    return `the certificate of the controller runs out in ${formatDuration(leftMs)}`;
  }

  private async clockTrouble(): Promise<string | undefined> {
    try {
      const { store, clock } = this.services;
      const aheadMs = ((await store.watch.newestBuildAt()) ?? 0) - clock.now();
      if (aheadMs <= MOST_AHEAD_MS) return undefined;
      return `the clock is wrong: the newest build was asked for ${formatDuration(aheadMs)} in the future`;
    } catch {
      return undefined; // the store doesn't answer, which is said already
    }
  }
}
