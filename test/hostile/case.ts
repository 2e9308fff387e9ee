import type { Isolation, JobSpec } from "../../src/protocol/job-folder/spec.ts";
import type { Ground } from "./ground.ts";

/** What a hostile build left behind, for a case to judge. */
export interface Aftermath {
  log: string;
  outcome: string;
  code: string;
  /** Names and bytes of what was kept of the build. */
  artifacts: { name: string; bytes: Buffer }[];
  ground: Ground;
}

/** One hostile repository or package. */
export interface HostileCase {
  name: string;
  /** Files of the repository, besides a package.json whose script `build` runs build.mjs. */
  files(ground: Ground): Record<string, string>;
  modes?: Record<string, number>;
  /** Links of the repository: path and what it leads to. */
  links?(ground: Ground): Record<string, string>;
  spec?(ground: Ground): Partial<JobSpec>;
  isolation?: Partial<Isolation> | ((ground: Ground) => Partial<Isolation>);
  host?: { timeoutMs?: number; logLimitBytes?: number };
  /** What else the case wants: undefined when it is well, or what is wrong. The rest is asked of every case. */
  wrong?(after: Aftermath): Promise<string | undefined> | string | undefined;
  /** How it was contained, in some words. */
  how: string;
  /** This text must stand in the log: the attack was really tried, and this is how it ended. */
  says: RegExp;
}

/** Before every attack: `attempt(name, f)` prints what came of it. */
const PRELUDE = `
import * as fs from "node:fs"; import * as net from "node:net"; import * as os from "node:os"; import { join } from "node:path";
import { execFileSync, spawn, spawnSync } from "node:child_process";
const target = JSON.parse(fs.readFileSync(new URL("./target.json", import.meta.url), "utf8"));
const show = (value) => (typeof value === "string" ? value : Buffer.isBuffer(value) ? value.toString() : JSON.stringify(value) ?? "").slice(0, 2000);
const attempt = (name, f) => { try { console.log("GOT", name, show(f())); } catch (e) { console.log("REFUSED", name, e.code ?? e.message.slice(0, 200)); } };
const read = (file) => attempt("read " + file, () => fs.readFileSync(file, "utf8"));
const write = (file, text = "PWNED") => attempt("write " + file, () => (fs.writeFileSync(file, text), "written"));
const sh = (script, env = process.env) => { const r = spawnSync("sh", ["-c", script], { env, encoding: "utf8", timeout: 20000 }); console.log(r.stdout + r.stderr); return r.status; };
const page = () => { fs.mkdirSync("www", { recursive: true }); fs.writeFileSync("www/index.html", "<h1>Hello</h1>"); };
`;

/** A web build that does this and then makes its page. */
export function attack(script: string, makesPage = true): Record<string, string> {
  return { "build.mjs": `${PRELUDE}\n${script}\n${makesPage ? "page();" : ""}\n` };
}
