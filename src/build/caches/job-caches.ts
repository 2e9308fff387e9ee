import { formatDuration } from "../../base/units.ts";
import type { CacheKind } from "../../protocol/cache-use.ts";
import type { EventWriter } from "../../protocol/job-folder/events.ts";
import type { PackageManager } from "../install/package-manager.ts";
import type { JobContext } from "../job/context.ts";
import type { CordovaTools } from "../job/findings.ts";
import { CacheDesk, NAMES } from "./cache-desk.ts";
import { NotKept } from "./keep-entry.ts";
import { keepModules, type MissedModules, type NotedModules, noteModules, restoreModules } from "./node-modules.ts";
import { keepPlatform, type MissedPlatform, type NotedPlatform, notePlatform, restorePlatform } from "./platforms.ts";
import { homeVariables, keepHome, restoreHome, type ToolHome, type UsedHome } from "./tool-homes.ts";

/**
 * The caches of a job, in the order of its steps. No failure of theirs fails a build: it is a line in the log, and the build
 * goes on as if nothing had been kept. Entries are made at the end, when no command of the build runs any more.
 */
export class JobCaches {
  private readonly context: JobContext;
  private readonly desk: CacheDesk;
  private readonly homes: UsedHome[] = [];
  private missedModules: MissedModules | undefined;
  private modules: NotedModules | undefined;
  private missedPlatform: MissedPlatform | undefined;
  private platform: NotedPlatform | undefined;
  private readonly stepMs = new Map<ToolHome, number>();

  constructor(context: JobContext, desk: CacheDesk) {
    this.context = context;
    this.desk = desk;
  }

  /** Variables for every command that may use npm, Gradle or CocoaPods. */
  get variables(): Record<string, string> {
    return homeVariables(this.context, (kind) => this.wantsHome(kind));
  }

  /** Runs `install` unless what it would make is restored; npm has its cache then. */
  async instead(manager: PackageManager, install: () => Promise<void>): Promise<void> {
    if (this.desk.wants("node-modules")) {
      const answer = await this.tried("node_modules", () => restoreModules(this.context, this.desk, manager));
      if (answer === "restored") return;
      this.missedModules = answer;
    }
    if (this.wantsHome("npm")) await this.openHome("npm");
    const tookMs = await timed(install);
    this.stepMs.set("npm", tookMs);
    const missed = this.missedModules;
    if (missed)
      this.modules = await this.tried("node_modules", () => noteModules(this.context, this.desk, missed, tookMs));
  }

  /** Runs `add` unless the platform is restored. */
  async insteadOfAdding(cordova: CordovaTools, spec: string, add: () => Promise<void>): Promise<void> {
    const { platform } = this.context.spec;
    if (platform === "ios" && this.wantsHome("cocoapods")) await this.openHome("cocoapods");
    if (this.desk.wants("platforms")) {
      const answer = await this.tried("platforms/", () => restorePlatform(this.context, this.desk, { cordova, spec }));
      if (answer === "restored") return;
      this.missedPlatform = answer;
    }
    const tookMs = await timed(add);
    this.stepMs.set("cocoapods", tookMs);
    const missed = this.missedPlatform;
    if (missed)
      this.platform = await this.tried("platforms/", () => notePlatform(this.context, this.desk, missed, tookMs));
  }

  /** Runs the compiler with what Gradle keeps. */
  async compile<T>(work: () => Promise<T>): Promise<T> {
    if (this.context.spec.platform === "android" && this.wantsHome("gradle")) await this.openHome("gradle");
    const startedAt = performance.now();
    const result = await work();
    this.stepMs.set("gradle", performance.now() - startedAt);
    return result;
  }

  /** The last words of this to log and events. */
  report(): void {
    for (const { kind, use, emptyMs } of this.homes) {
      const took = this.stepMs.get(kind);
      const savedMs = took === undefined || emptyMs === undefined ? 0 : Math.max(0, Math.round(emptyMs - took));
      if (savedMs > 0) this.desk.say(`${NAMES[kind]} saved ${formatDuration(savedMs)}`);
      this.desk.report(STEP_OF[kind], { ...use, savedMs });
    }
  }

  /**
   * With `whole` keeps what isn't kept yet: no process of the build may be left, and nothing may have broken it off. Nothing is
   * kept of an untrusted build. What fails is handed to `onFault`, and isn't kept.
   */
  async end(whole: boolean, onFault: (error: unknown) => void): Promise<void> {
    if (whole && !this.context.spec.untrusted) await this.keep(onFault);
    this.desk.close();
  }

  private async keep(onFault: (error: unknown) => void): Promise<void> {
    const { context, desk, modules, platform } = this;
    const works: (() => Promise<void>)[] = this.homes.flatMap((home) => {
      const tookMs = this.stepMs.get(home.kind); // known when the step went well
      return tookMs === undefined ? [] : [() => keepHome(context, desk, home, tookMs)];
    });
    if (platform) works.unshift(() => keepPlatform(context, desk, platform, this.stepMs.has("gradle")));
    if (modules) works.unshift(() => keepModules(context, desk, modules));
    const failed = (error: unknown) => {
      if (!(error instanceof NotKept)) onFault(error);
    };
    for (const work of works) await work().catch(failed);
  }

  /** An untrusted build has homes of its own, and not those that builds of the host share. */
  private wantsHome(kind: CacheKind): boolean {
    return this.context.spec.untrusted === true || this.desk.wants(kind);
  }

  private async openHome(kind: ToolHome): Promise<void> {
    const used = await this.tried(kind, () => restoreHome(this.context, this.desk, kind, STEP_OF[kind]));
    if (used) this.homes.push(used);
  }

  private async tried<T>(what: string, work: () => Promise<T>): Promise<T | undefined> {
    try {
      return await work();
    } catch (error) {
      this.context.stop.check();
      this.desk.say(`! ${what} can't be cached: ${(error as Error).message}`);
      return undefined;
    }
  }
}

const STEP_OF = { npm: "install", cocoapods: "platform", gradle: "compile" } as const;

/** Undefined where the host keeps nothing. */
export function openCaches(context: JobContext, events: EventWriter): JobCaches | undefined {
  const { caches } = context.host;
  if (!caches || (caches.keep.length === 0 && !context.spec.untrusted)) return undefined;
  return new JobCaches(context, new CacheDesk(context, events, caches));
}

async function timed(work: () => Promise<void>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return Math.round(performance.now() - startedAt);
}
