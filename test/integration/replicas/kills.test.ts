import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { type Ground, whyNot } from "../../replica-faults/ground.ts";
import { play } from "../../replica-faults/play.ts";

/** Of its four builds one is followed by HTTP, two by `logs --follow`, one by `deploy build`. `make replica-faults` does more. */
const SEED = 117;

test("Builds, logs and followers go on when a controller is killed and PostgreSQL is started again", async (context) => {
  const why = whyNot();
  if (why && process.env["CI"] !== "true") context.skip(why);
  const folder = mkdtempSync(join(tmpdir(), "millwright-test-"));
  const opened: Ground[] = [];
  onTestFinished(async () => {
    for (const ground of opened) await ground.close();
    rmSync(folder, { recursive: true, force: true });
  }, 60_000);
  const told: string[] = [];
  const { asker, findings } = await play(
    {
      folder,
      cli: resolve("dist/cli/main.js"),
      seed: SEED,
      builds: 4,
      total: 4,
      longestMs: 6_000,
      troubles: () => [
        { kind: "kill", atMs: 2_500, replicas: [0], downMs: 500 },
        { kind: "postgres", atMs: 5_000, signal: "SIGINT", downMs: 300 },
      ],
      tell: (text) => told.push(text),
    },
    (ground) => opened.push(ground),
  );
  expect(findings.problems, told.join("\n")).toEqual([]);
  expect(findings.compared).toMatchObject({ builds: 4, logs: 4, artifacts: 3 });
  const followed = asker.asked.filter(({ follower }) => follower !== undefined);
  expect(followed.length).toBeGreaterThanOrEqual(3); // a request that a killed controller didn't answer is made anew, without
  expect(told).toContain("restart of PostgreSQL");
  expect(told.filter((text) => text.startsWith("kill -9 of controller-1"))).toHaveLength(1);
}, 180_000);
