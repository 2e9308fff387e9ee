import { execFileSync, spawn, spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { eventually } from "./eventually.ts";
import { freePort } from "./held-socket.ts";

/** What `promtool` says of a text of metrics; empty when it has nothing to say. */
export function checkMetrics(text: string): string {
  const { status, stdout, stderr } = spawnSync("promtool", ["check", "metrics"], { input: text, encoding: "utf8" });
  return status === 0 ? "" : `promtool ended with ${status}\n${stdout}${stderr}`;
}

export function promtool(...args: string[]): string {
  return execFileSync("promtool", args, { encoding: "utf8", stdio: "pipe" });
}

export interface Prometheus {
  /** How many series a query answers now. */
  series(query: string): Promise<number>;
  close(): Promise<void>;
}

/** A real Prometheus that scrapes each target (`job` → host:port) every second, with all of its files in `folder`. */
export async function startPrometheus(folder: string, targets: Record<string, string>): Promise<Prometheus> {
  const jobs = Object.entries(targets).map(
    ([job, target]) => `  - job_name: ${job}\n    static_configs: [{ targets: ["${target}"] }]\n`,
  );
  const config = join(folder, "prometheus.yml");
  const rules = join(process.cwd(), "docs/watching/millwright.rules.yml");
  writeFileSync(
    config,
    `global: { scrape_interval: 1s, evaluation_interval: 1s }\nrule_files: ["${rules}"]\nscrape_configs:\n${jobs.join("")}`,
  );
  const address = `127.0.0.1:${await freePort()}`;
  const log = join(folder, "prometheus.log");
  const words = [`--config.file=${config}`, `--storage.tsdb.path=${join(folder, "tsdb")}`];
  const command = ["prometheus", ...words, `--web.listen-address=${address}`].map((word) => `'${word}'`).join(" ");
  const child = spawn("/bin/sh", ["-c", `exec ${command} 2>'${log}'`], { stdio: "ignore" });
  const ended = new Promise((resolve) => child.once("exit", resolve));
  await eventually(
    "Prometheus is ready",
    async () => {
      if (child.exitCode !== null) throw new Error(readFileSync(log, "utf8"));
      return (await fetch(`http://${address}/-/ready`).catch(() => undefined))?.ok === true;
    },
    30_000,
  );
  return {
    series: async (query) => {
      const response = await fetch(`http://${address}/api/v1/query?query=${encodeURIComponent(query)}`);
      const body = (await response.json()) as { status: string; error?: string; data: { result: unknown[] } };
      if (body.status !== "success") throw new Error(`${query}: ${body.error}`);
      return body.data.result.length;
    },
    close: async () => {
      child.kill("SIGTERM");
      await ended;
    },
  };
}
