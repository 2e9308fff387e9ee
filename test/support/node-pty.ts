import { test } from "vitest";

const installed = await import("node-pty").then(
  () => true,
  () => false,
);

/** For tests that need a terminal. node-pty is optional: without it they are skipped with this reason, and fail when CI=true. */
export function terminalTest(title: string, run: () => Promise<void>): void {
  test(title, async (context) => {
    if (installed) return run();
    const reason = "node-pty is not installed: it is compiled by npm and needs g++ and python3";
    if (process.env["CI"] === "true") throw new Error(reason);
    context.skip(reason);
  });
}
