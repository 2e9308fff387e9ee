import type { Machine } from "../machine/machine.ts";
import { readSettings } from "../machine/settings.ts";

const LOOK_MS = 50;

/**
 * Lets the process stand still, as a long compilation would; a signal ends it. The setting is read again and again: a test may
 * hold what stands still, and let it go.
 */
export function pause({ root }: Machine, setting: "archiveSeconds" | "exportSeconds"): void {
  const begun = Date.now();
  const nothing = new Int32Array(new SharedArrayBuffer(4));
  while (Date.now() - begun < readSettings(root)[setting] * 1000) Atomics.wait(nothing, 0, 0, LOOK_MS);
}
