import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";

// Builds for ios of every kind, and everything with every Ionic CLI, take minutes: `make test-apple` and `make test-ionic`
// run them.
const MATRIX = ["test/**/*.matrix.test.ts"];
const withMatrix = process.env["MILLWRIGHT_MATRIX"] === "1";

// Three kinds of tests, from quick to real: unit (one part in memory), integration (real servers, processes and files),
// e2e (the built product as its users run it, with real git, npm and cordova); and those that need a Mac.
export default defineConfig({
  test: {
    // Most tests wait for processes more than they compute: on two cores, two at a time.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    reporters: ["default", "./test/support/summary-reporter.ts"],
    projects: [
      { test: { name: "unit", include: ["test/unit/**/*.test.ts", "test/*.test.ts"], testTimeout: 20_000 } },
      {
        test: {
          name: "integration",
          include: ["test/integration/**/*.test.ts"],
          exclude: MATRIX,
          pool: "forks",
          testTimeout: 120_000,
          hookTimeout: 120_000,
          globalSetup: "test/support/built.ts",
        },
      },
      {
        test: {
          name: "e2e",
          include: ["test/e2e/**/*.test.ts"],
          exclude: MATRIX,
          pool: "forks",
          testTimeout: 600_000,
          hookTimeout: 600_000,
          globalSetup: "test/support/built.ts",
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: "macos",
          include: ["test/macos/**/*.test.ts"],
          // They ask Apple's own tools, one file at a time: they share the keychains of the user.
          fileParallelism: false,
          pool: "forks",
          testTimeout: 600_000,
          hookTimeout: 600_000,
          globalSetup: "test/support/built.ts",
          sequence: { groupOrder: 2 },
        },
      },
      ...(withMatrix ? [matrix()] : []),
    ],
  },
});

function matrix() {
  return {
    test: {
      name: "matrix",
      include: MATRIX,
      pool: "forks" as const,
      testTimeout: 600_000,
      hookTimeout: 600_000,
      globalSetup: "test/support/built.ts",
      sequence: { groupOrder: 3 },
    },
  };
}
