import { type FSWatcher, statSync, watch } from "node:fs";
import { basename } from "node:path";
import { errorOf } from "../../base/errors/millwright-error.ts";
import type { JobPaths } from "../../protocol/job-folder/paths.ts";

/** A supervisor that dies without a word changes no file: it is looked for so often. */
const LOOK_MS = 500;

/** Wakes whoever sends a job when its supervisor has written something. */
export class FolderWatch {
  private readonly paths: JobPaths;
  private readonly watcher: FSWatcher;
  private wake: () => void = () => {};

  /** Throws WORK_FOLDER_UNUSABLE when the system has no more watches to give. */
  constructor(paths: JobPaths, onChange: (changed: { log: boolean; events: boolean }) => void) {
    this.paths = paths;
    try {
      this.watcher = watch(paths.folder, (_, name) => {
        // A chatty build changes its log all the time: nothing else is looked at for that. Without a name it may be any file.
        const is = (file: string) => name === null || name === basename(file);
        onChange({ log: is(paths.log), events: is(paths.events) });
        if (is(paths.result)) this.wake();
      });
    } catch (cause) {
      throw errorOf("WORK_FOLDER_UNUSABLE", { folder: paths.folder, reason: (cause as Error).message }, { cause });
    }
    this.watcher.on("error", () => {}); // the folder was removed: nothing more will come from it
  }

  /** Resolves once there is a result, or `runs` says that nobody is left who could write one. */
  async untilSupervisorEnds(runs: () => boolean): Promise<void> {
    while (!exists(this.paths.result) && runs()) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, LOOK_MS);
        this.wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  }

  /** Something was heard of the supervisor. */
  look(): void {
    this.wake();
  }

  close(): void {
    this.watcher.close();
  }
}

function exists(file: string): boolean {
  return statSync(file, { throwIfNoEntry: false }) !== undefined;
}
