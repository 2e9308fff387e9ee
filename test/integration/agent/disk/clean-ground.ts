import { existsSync, mkdirSync, readdirSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { CleanSettings } from "../../../../src/agent/disk/find/find-all.ts";
import { temporaryFolder } from "../../../support/controller.ts";

export const DAY = 86_400_000;

/** A work folder of an agent, filled by a test. Sizes are small: limits are set to match. */
export class CleanGround {
  readonly top = temporaryFolder();
  readonly work = join(this.top, "work");
  readonly home = join(this.top, "home");

  constructor() {
    for (const name of ["jobs", "mirrors", "worktrees", "scratch", "tools", "caches", "storing", "logs"]) {
      mkdirSync(join(this.work, name), { recursive: true });
    }
  }

  settings(change: Partial<CleanSettings> = {}, limits: Partial<CleanSettings["limits"]> = {}): CleanSettings {
    return {
      workFolder: this.work,
      limits: { keepMs: 30 * DAY, maxCacheBytes: 2 ** 40, cleanBelowBytes: 0, ...limits },
      userCaches: [],
      home: this.home,
      environment: { PATH: process.env["PATH"] ?? "" },
      cordovaVersion: "12.0.0",
      keepWorktree: false,
      ...change,
    };
  }

  /** A file below the work folder (or at an absolute path) that was last used so many days ago. */
  file(path: string, daysAgo = 0, bytes = 10_000): string {
    const file = path.startsWith("/") ? path : join(this.work, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, Buffer.alloc(bytes, 7));
    this.age(file, daysAgo);
    return file;
  }

  /** The folder holds one file, and both were last used so many days ago. */
  folder(path: string, daysAgo = 0, bytes = 10_000): string {
    const folder = dirname(this.file(join(path, "file"), daysAgo, bytes));
    this.age(folder, daysAgo);
    return folder;
  }

  age(path: string, daysAgo: number): void {
    const at = new Date(Date.now() - daysAgo * DAY);
    utimesSync(path, at, at);
  }

  /** The folder of a job that runs since now, as the daemon writes it. */
  job(leaseId: string, cordovaVersion = "12.0.0"): void {
    this.file(`jobs/${leaseId}/lease.json`);
    writeFileSync(join(this.work, "jobs", leaseId, "host.json"), JSON.stringify({ cordovaVersion }));
  }

  has(path: string): boolean {
    return existsSync(path.startsWith("/") ? path : join(this.work, path));
  }

  names(path: string): string[] {
    return readdirSync(join(this.work, path)).sort();
  }

  bytes(path: string): number {
    return statSync(join(this.work, path)).blocks * 512;
  }
}
