import { existsSync, type FSWatcher, watch } from "node:fs";
import { homedir } from "node:os";
import type { Logger } from "../../base/observe/logger.ts";
import { which } from "../../base/processes/which.ts";
import { detectHost } from "../../build/toolchain/detect-host.ts";
import { XcodeFinder } from "../../build/toolchain/xcode-finder.ts";
import type { Capability } from "../../protocol/generated/millwright/agent/v1/agent.ts";
import type { AgentConfig } from "../config.ts";

/** A folder that an Xcode is copied to changes again and again: it is looked at when there is quiet. */
const QUIET_MS = 1_000;
/** So often all is looked at again: a licence that is accepted changes nothing in the watched folders. */
const AGAIN_MS = 60_000;

export interface ToolchainWatchOptions {
  config: () => AgentConfig;
  /** Called when the host can do something else than before. */
  onChange: () => void;
  logger: Logger;
  quietMs?: number;
  againMs?: number;
}

/** Knows what this host can build, and looks again when Xcodes come, go or become ready: no restart is needed. */
export class ToolchainWatch {
  private readonly options: ToolchainWatchOptions;
  private readonly finder: XcodeFinder;
  private readonly again: NodeJS.Timeout;
  private watchers: FSWatcher[] = [];
  private quiet: NodeJS.Timeout | undefined;
  private looking: Promise<void> = Promise.resolve();
  private closed = false;
  /** Another object whenever something changed. */
  current: Capability;

  private constructor(options: ToolchainWatchOptions, finder: XcodeFinder, first: Capability) {
    this.options = options;
    this.finder = finder;
    this.current = first;
    this.again = setInterval(() => {
      if (this.mayHaveXcodes()) void this.lookAgain();
    }, options.againMs ?? AGAIN_MS);
    this.again.unref();
    this.watchFolders();
  }

  /** Resolves after the first look. */
  static async begin(options: ToolchainWatchOptions): Promise<ToolchainWatch> {
    const finder = new XcodeFinder();
    return new ToolchainWatch(options, finder, await look(options.config(), finder));
  }

  /** Resolves when a look is over that began after this call: one after the other. Never rejects. */
  lookAgain(): Promise<void> {
    const { config, logger } = this.options;
    const failed = (error: unknown) => logger.warn({ err: error }, "the host's tools could not be looked at");
    this.looking = this.looking
      .then(() => {
        this.watchFolders(); // before the look, so that nothing falls between
        return look(config(), this.finder);
      })
      .then((fresh) => this.take(fresh))
      .catch(failed);
    return this.looking;
  }

  close(): void {
    this.closed = true;
    clearInterval(this.again);
    clearTimeout(this.quiet);
    this.unwatch();
  }

  /** A host that is no Mac has nothing that could become ready: looking would only start programs. */
  private mayHaveXcodes(): boolean {
    const { xcode, buildEnvironment } = this.options.config();
    const known = this.current.toolchains.some(({ kind }) => kind === "xcode");
    return known || xcode.folders.some((each) => existsSync(each)) || !!which("mdfind", buildEnvironment["PATH"] ?? "");
  }

  private take(fresh: Capability): void {
    if (this.closed || meaning(fresh) === meaning(this.current)) return;
    this.current = fresh;
    this.options.onChange();
  }

  /** Anew each time: the configuration may name others now, and a folder that was replaced is not watched any more. */
  private watchFolders(): void {
    this.unwatch();
    if (this.closed) return;
    for (const folder of this.options.config().xcode.folders) {
      try {
        const watcher = watch(folder, { persistent: false }, () => this.lookWhenQuiet());
        watcher.on("error", () => watcher.close()); // removed, or on a disk that went away: the next look tries again
        this.watchers.push(watcher);
      } catch {
        // No such folder, or no more watches to get: what is new there is found within a minute.
      }
    }
  }

  private unwatch(): void {
    for (const watcher of this.watchers) watcher.close();
    this.watchers = [];
  }

  private lookWhenQuiet(): void {
    if (this.closed) return;
    clearTimeout(this.quiet);
    this.quiet = setTimeout(() => void this.lookAgain(), this.options.quietMs ?? QUIET_MS);
    this.quiet.unref();
  }
}

async function look(config: AgentConfig, finder: XcodeFinder): Promise<Capability> {
  const { buildEnvironment, workFolder, nodeFolders, xcode, targetPlatforms } = config;
  const xcodes = await finder.find(xcode, { HOME: homedir(), ...buildEnvironment });
  return { ...(await detectHost(buildEnvironment, workFolder, nodeFolders, xcodes)), targetPlatforms };
}

/** The free disk changes all the time, and each Sync tells it. */
function meaning(capability: Capability): string {
  return JSON.stringify({ ...capability, diskFreeBytes: 0 });
}
