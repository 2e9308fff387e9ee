import { appendFileSync, existsSync, readFileSync } from "node:fs";

/** One call of a tool. `rc` is missing while it runs, and for good when it was killed. */
export interface LoggedCall {
  id: string;
  tool: string;
  argv: string[];
  cwd: string;
  env: Record<string, string>;
  pid: number;
  atMs: number;
  rc?: number;
}

const LOGGED = ["HOME", "USER", "LOGNAME", "TMPDIR", "PATH", "LANG", "LC_ALL", "DEVELOPER_DIR", "NODE_OPTIONS", "CI"];

/** Notes that a tool began; answers how to note its end. */
export function logCall(file: string | undefined, tool: string, argv: string[]): (rc: number) => void {
  if (!file) return () => {};
  const id = `${process.pid}-${process.hrtime.bigint()}`;
  const env = Object.fromEntries(LOGGED.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : [])));
  append(file, { id, tool, argv, cwd: process.cwd(), env, pid: process.pid, atMs: Date.now() });
  return (rc) => append(file, { id, rc });
}

function append(file: string, entry: Partial<LoggedCall>): void {
  appendFileSync(file, `${JSON.stringify(entry)}\n`);
}

/** All calls so far, in the order in which they began. */
export function readCalls(file: string): LoggedCall[] {
  const calls = new Map<string, LoggedCall>();
  if (!existsSync(file)) return [];
  for (const line of readFileSync(file, "utf8").split("\n")) {
    if (line === "") continue;
    const entry = JSON.parse(line) as LoggedCall;
    calls.set(entry.id, { ...calls.get(entry.id), ...entry });
  }
  return [...calls.values()];
}
