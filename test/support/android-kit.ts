import { existsSync } from "node:fs";
import { join } from "node:path";
import { test } from "vitest";
import { KIT } from "./playground.ts";

const usable = KIT !== undefined && existsSync(join(KIT, "environment"));

/** For tests that run a real Gradle. Without the kit they are skipped with this reason, and fail when CI=true. */
export function androidTest(title: string, run: () => Promise<void>): void {
  test(title, async (context) => {
    needKit(context);
    return run();
  });
}

/** Without the kit the test is skipped, and fails when CI=true. */
export function needKit(context: { skip(reason: string): void }): void {
  if (usable) return;
  const reason = "no Android kit: make toolchain, and MILLWRIGHT_ANDROID_KIT=FOLDER";
  if (process.env["CI"] === "true") throw new Error(reason);
  context.skip(reason);
}
