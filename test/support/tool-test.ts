import { test } from "vitest";
import { which } from "../../src/base/processes/which.ts";

/** A test that runs real programs of PATH. Without them it is skipped with the reason, and fails when CI=true. */
export function toolTest(tools: readonly string[], title: string, run: () => void | Promise<void>): void {
  test(title, (context) => {
    const missing = tools.filter((tool) => !which(tool, process.env["PATH"] ?? ""));
    if (missing.length === 0) return run();
    const reason = `not on PATH: ${missing.join(", ")}`;
    if (process.env["CI"] === "true") throw new Error(reason);
    context.skip(reason);
  });
}
