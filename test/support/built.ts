import { existsSync } from "node:fs";

/** The tests of processes run what `npm run build` made: without it they would test something older, or nothing. */
export function setup(): void {
  if (!existsSync("dist/cli/main.js")) throw new Error("dist/ is missing. Run: npm run build (make test does it)");
}
