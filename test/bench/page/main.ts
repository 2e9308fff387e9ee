import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Browser, type BrowserContext, chromium } from "playwright-core";
import { which } from "../../../src/base/processes/which.ts";
import { wait } from "../../../src/base/time/wait.ts";
import { servePlainLog } from "./baseline.ts";
import { fillData } from "./fill.ts";
import { type Visit, visit } from "./tab.ts";

// make bench-page [ROUNDS=5]: how soon people see the history of 100,000 builds and the end of a log of 50 MB, and what the
// tab takes; beside it a tenth of that log in a plain page. Each visit is one of a browser that has nothing cached.
const [rounds = 5] = process.argv.slice(2).map(Number);
const BUILDS = 100_000;
const LOG_BYTES = 50_000_000;
/** A plain page with all of it doesn't come to an end within minutes. */
const PLAIN_BYTES = LOG_BYTES / 10;

const program = which("chromium", process.env["PATH"] ?? "");
if (!program) throw new Error("chromium is not on PATH; on Debian: apt-get install chromium");
const folder = mkdtempSync(join(tmpdir(), "millwright-bench-page-"));
const data = join(folder, "controller");
const filled = await fillData(data, BUILDS, LOG_BYTES);
const controller = spawn(
  process.execPath,
  ["dist/cli/main.js", "controller", "--data", data, "--http", "127.0.0.1:0", "--grpc", "127.0.0.1:0"],
  { stdio: "ignore" },
);
const browser = await chromium.launch({ executablePath: program, args: ["--no-sandbox", "--disable-dev-shm-usage"] });
try {
  await measureAll(browser);
} finally {
  await browser.close();
  controller.kill();
  rmSync(folder, { recursive: true, force: true });
}

async function measureAll(browser: Browser): Promise<void> {
  const url = await addressOf(data);
  const cookies = await signedIn(browser, url);
  const log = await (await fetch(`${url}/api/v1/builds/${filled.build}/log`, { headers: bearer() })).text();
  const plain = await servePlainLog(log.slice(-PLAIN_BYTES), filled.lastLine);
  const visits = {
    "history of 100,000 builds": () => visit(browser, `${url}/builds`, `${BUILDS}`, cookies),
    "end of a log of 50 MB": () => visit(browser, `${url}/builds/${filled.build}`, filled.lastLine, cookies),
    "its last tenth, plain page": () => visit(browser, plain.url, filled.lastLine, []),
  };
  const measured = new Map<string, Visit[]>(Object.keys(visits).map((name) => [name, []]));
  for (let round = 0; round < rounds; round += 1)
    for (const [name, open] of Object.entries(visits)) measured.get(name)?.push(await open());
  plain.close();
  print(measured);
}

function bearer(): Record<string, string> {
  return { authorization: `Bearer ${readFileSync(join(data, "admin.token"), "utf8").trim()}` };
}

async function addressOf(folder: string): Promise<string> {
  const file = join(folder, "addresses.json");
  for (const until = Date.now() + 30_000; Date.now() < until; await wait(50))
    if (existsSync(file)) return (JSON.parse(readFileSync(file, "utf8")) as { http: string }).http;
  throw new Error("the controller didn't start");
}

async function signedIn(browser: Browser, url: string): Promise<Awaited<ReturnType<BrowserContext["cookies"]>>> {
  const window = await browser.newContext();
  const token = readFileSync(join(data, "admin.token"), "utf8").trim();
  const answer = await window.request.post(`${url}/page/session`, {
    data: { token },
    headers: { "x-millwright-page": "1" },
  });
  if (!answer.ok()) throw new Error(`signing in: ${answer.status()}`);
  const cookies = await window.cookies();
  await window.close();
  return cookies;
}

function print(measured: Map<string, Visit[]>): void {
  console.log(
    `SQLite, ${BUILDS} builds, a log of ${LOG_BYTES} bytes with ${filled.lines} lines, ${rounds} rounds, medians (most)`,
  );
  console.log(`${"".padEnd(28)}${"first paint".padStart(18)}${"text seen".padStart(18)}${"tab's memory".padStart(20)}`);
  for (const [name, visits] of measured) {
    const of = (pick: (visit: Visit) => number, unit: string) => {
      const values = visits.map(pick).sort((a, b) => a - b);
      return `${values[values.length >> 1]?.toFixed(0)} (${values.at(-1)?.toFixed(0)}) ${unit}`;
    };
    const columns = [of((v) => v.firstPaint, "ms").padStart(18), of((v) => v.seen, "ms").padStart(18)];
    console.log(name.padEnd(28) + columns.join("") + of((v) => v.memory, "MiB").padStart(20));
  }
}
