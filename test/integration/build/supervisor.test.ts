import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";
import type { JobResult } from "../../../src/protocol/job-folder/result.ts";
import { MAKES_PAGE, makeRepository, webApp } from "./repositories.ts";
import { runToEnd } from "./supervisor.ts";
import { temporaryFolder } from "./temporary-folder.ts";

function supervisor(input: string): Promise<number | null> {
  const child = spawn(process.execPath, [resolve("dist/build/main.js")], { stdio: ["pipe", "ignore", "ignore"] });
  child.stdin.end(input);
  return new Promise((done) => child.once("exit", (code) => done(code)));
}

test("A spare supervisor that never gets a job ends quietly", async () => {
  expect(await supervisor("")).toBe(0);
});

test("A job folder that can't be read still ends with a result, which says that it is our own fault", async () => {
  const folder = temporaryFolder();
  expect(await supervisor(`${JSON.stringify({ folder })}\n`)).toBe(0);
  const result = JSON.parse(readFileSync(join(folder, "result.json"), "utf8")) as JobResult;
  expect(result).toMatchObject({ outcome: "failed", failure: { code: "INTERNAL_ERROR", blame: "bug" } });
  expect(existsSync(join(folder, "log"))).toBe(false);
});

const TELLS_ALL = `
const { API_KEY, SHOP, CI_BUILD_ID, CI_PLATFORM, CI_GIT_REF, HOME, OUTSIDE } = process.env;
console.log("shop", SHOP, CI_BUILD_ID, CI_PLATFORM, CI_GIT_REF, HOME.includes("scratch"), OUTSIDE);
console.log("key", API_KEY, Buffer.from(API_KEY).toString("base64"));
process.stdout.write(API_KEY.slice(0, 5));
setTimeout(() => process.stdout.write(API_KEY.slice(5) + "\\n"), 200);
`;

test("Secrets reach the web build and no eye, also in pieces and encoded; the agent's own environment reaches nothing", async () => {
  const repository = makeRepository(webApp(MAKES_PAGE + TELLS_ALL));
  process.env["OUTSIDE"] = "of-the-job";
  const key = "sk-0123456789abcdef";
  const job = await runToEnd({
    spec: {
      gitUrl: repository.folder,
      commit: "main",
      environment: { name: "shop", variables: { SHOP: "books" } },
    },
    materials: { environment: { material: { secrets: { API_KEY: key }, files: {} }, mask: [key] } },
  });
  delete process.env["OUTSIDE"];
  expect(job.end.outcome, job.log()).toBe("success");
  expect(job.log()).toContain("shop books 7 web main true undefined");
  expect(job.log()).toMatch(/^key \*\*\* \*\*\*/m);
  expect(job.log()).not.toContain(key);
  expect(job.log()).not.toContain(key.slice(0, 12));
  expect(job.asked).toEqual(["environment"]);
});

test("Beyond its limit the log loses its middle and keeps its end", async () => {
  const talks = "for (let i = 0; i < 5000; i += 1) console.log('line', i); process.exitCode = 3;";
  const repository = makeRepository(webApp(talks));
  const job = await runToEnd({
    spec: { gitUrl: repository.folder, commit: "main" },
    host: { logLimitBytes: 10_000, logTailBytes: 4_000 },
  });
  expect(job.end).toMatchObject({ outcome: "failed", logTruncated: true, failure: { code: "WEB_BUILD_FAILED" } });
  expect(job.log()).toMatch(/\[millwright: \d+ bytes of the log were left out here\]/);
  expect(job.log()).toContain("Code:  WEB_BUILD_FAILED");
});
