import { expect, test } from "vitest";
import { makeRepository, webApp } from "./repositories.ts";
import { type JobRequest, runToEnd } from "./supervisor.ts";

/** A web build that says `first`, then `noise` lines of 100 bytes, then `last`, and fails. */
function failing(first: string, noise: number, last: string): string {
  return `
import { writeSync } from "node:fs";
const say = (text) => { for (let rest = Buffer.from(text + "\\n"); rest.length > 0; ) {
  try { rest = rest.subarray(writeSync(2, rest)); } catch (error) { if (error.code !== "EAGAIN") throw error; }
} };
say(${JSON.stringify(first)});
const line = "x".repeat(99) + "\\n";
for (let left = ${noise}; left > 0; left -= 1000) say(line.repeat(Math.min(1000, left)).trimEnd());
say(${JSON.stringify(last)});
process.exitCode = 1;
`;
}

async function failureOf(script: string, host: JobRequest["host"] = {}) {
  const repository = makeRepository(webApp(script));
  const job = await runToEnd({ spec: { gitUrl: repository.folder, commit: "main" }, host });
  if (!job.end.failure) throw new Error(`it ended as ${job.end.outcome}:\n${job.log()}`);
  return job.end.failure;
}

const TYPE_ERROR = "src/app.ts(3,7): error TS2322: Type 'number' is not assignable to type 'string'.";

test("A cause is found with 20 MB printed after it, and before it", async () => {
  const known = { code: "TYPESCRIPT_ERROR", step: "web-build", what: expect.stringContaining("src/app.ts:3") };
  const buried = await failureOf(failing(TYPE_ERROR, 200_000, "done"));
  expect(buried).toMatchObject(known);
  expect(buried.detail).toContain(TYPE_ERROR);
  expect(await failureOf(failing("begin", 200_000, TYPE_ERROR))).toMatchObject(known);
});

test("In a log that grew too long the end is still looked through", async () => {
  const host = { logLimitBytes: 100_000, logTailBytes: 50_000 };
  expect(await failureOf(failing("begin", 20_000, TYPE_ERROR), host)).toMatchObject({ code: "TYPESCRIPT_ERROR" });
});

test("What no rule knows stays coarse, with the first telling line and not only the last ones", async () => {
  const failure = await failureOf(failing("Error: the moon is not in the right place", 1_000, "gave up"));
  expect(failure).toMatchObject({
    code: "WEB_BUILD_FAILED",
    why: "It said: Error: the moon is not in the right place",
  });
});
