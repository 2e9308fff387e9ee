import { type ChildProcess, execFile, execFileSync, spawn } from "node:child_process";
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import pg from "pg";
import { afterAll, beforeAll, test } from "vitest";
import { newId } from "../../src/base/ids.ts";
import { eventually } from "./eventually.ts";

const DEBIAN = "/usr/lib/postgresql";
const run = promisify(execFile);

/** A PostgreSQL of a test file's own: a server on a socket in a temporary folder, gone with the file. */
export interface TestPostgres {
  /** A new, empty database; answers its address. */
  database(): Promise<string>;
  /** Runs pg_dump, pg_restore and the like. */
  tool(name: string, ...args: string[]): Promise<string>;
  /** A folder in which the tools of PostgreSQL may write. */
  folder(): string;
  query(url: string, text: string): Promise<Record<string, unknown>[]>;
  /** Breaks all connections, as a restart of the server does. */
  restart(): Promise<void>;
}

const MISSING = "PostgreSQL is not installed: on Debian or Ubuntu test/prepare.sh does it";

/** A test with PostgreSQL. Without it it is skipped with the reason, and fails when CI=true. */
export function postgresTest(title: string, run: () => Promise<void>, timeoutMs = 60_000): void {
  test(title, { timeout: timeoutMs }, (context) => {
    if (binaries()) return run();
    if (process.env["CI"] === "true") throw new Error(MISSING);
    context.skip(MISSING);
  });
}

/** Starts a server before the tests of this file, where PostgreSQL is installed. */
export function usePostgres(): TestPostgres {
  let server: Server | undefined;
  const started = () => {
    if (!server) throw new Error(MISSING);
    return server;
  };
  beforeAll(async () => {
    const found = binaries();
    if (!found) return;
    server = new Server(found);
    await server.start();
  });
  afterAll(() => server?.remove());
  return {
    database: () => started().database(),
    tool: (name, ...args) => started().tool(name, ...args),
    folder: () => started().folder,
    query: (url, text) => ask(url, text),
    restart: () => started().restart(),
  };
}

/** The folder of initdb and the others: the newest of Debian, which isn't on PATH, or that of PATH. */
export function binaries(): string | undefined {
  const versions = existsSync(DEBIAN) ? readdirSync(DEBIAN).sort((a, b) => Number(b) - Number(a)) : [];
  const folders = [...versions.map((version) => join(DEBIAN, version, "bin")), ...pathFolders()];
  return folders.find((folder) => existsSync(join(folder, "initdb")));
}

function pathFolders(): string[] {
  return (process.env["PATH"] ?? "").split(delimiter).filter((folder) => folder !== "");
}

async function ask(url: string, text: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(text)).rows as Record<string, unknown>[];
  } finally {
    await client.end();
  }
}

/** Nothing that is written here has to outlive a power cut. */
const QUICK = ["-c", "fsync=off", "-c", "full_page_writes=off", "-c", "synchronous_commit=off"];

/** Also of use outside vitest. */
export class Server {
  private readonly bin: string;
  readonly folder = mkdtempSync(join(tmpdir(), "millwright-pg-"));
  private readonly user = unprivileged();
  private readonly settings: readonly string[];
  private process: ChildProcess | undefined;

  /** With no `settings` it keeps what it acknowledged over a kill, as in production. */
  constructor(bin: string, settings: readonly string[] = QUICK) {
    this.bin = bin;
    this.settings = settings;
    if (this.user.uid !== undefined) chownSync(this.folder, this.user.uid, this.user.gid ?? this.user.uid);
  }

  async start(): Promise<void> {
    const options = ["-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"];
    await run(join(this.bin, "initdb"), [...options, "-D", join(this.folder, "data")], this.options());
    await this.launch();
  }

  async restart(): Promise<void> {
    await this.stop();
    await this.launch();
  }

  async database(): Promise<string> {
    const name = newId("t");
    await ask(this.url("postgres"), `create database ${name} template template0`);
    return this.url(name);
  }

  async tool(name: string, ...args: string[]): Promise<string> {
    return (await run(join(this.bin, name), args, { ...this.options(), maxBuffer: 2 ** 26 })).stdout;
  }

  async remove(): Promise<void> {
    await this.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  async launch(): Promise<void> {
    const answers = () => {
      if (!this.runs()) this.spawn(); // after a kill it refuses to start while the last of its children ends
      return ask(this.url("postgres"), "select 1");
    };
    await eventually("PostgreSQL answers", answers, 60_000);
  }

  /** Ends its sessions at once (`SIGINT`, as a fast restart does), or itself without a goodbye (`SIGKILL`). */
  async stop(signal: "SIGINT" | "SIGKILL" = "SIGINT"): Promise<void> {
    const { process: server } = this;
    if (!server || !this.runs()) return;
    const ended = new Promise((resolve) => server.once("exit", resolve));
    server.kill(signal);
    await ended;
  }

  private runs(): boolean {
    return this.process !== undefined && this.process.exitCode === null && this.process.signalCode === null;
  }

  private spawn(): void {
    const where = ["-D", join(this.folder, "data"), "-k", this.folder, "-c", "listen_addresses=", ...this.settings];
    this.process = spawn(join(this.bin, "postgres"), [...where, "-c", "max_connections=200"], {
      ...this.options(),
      stdio: "ignore",
    });
  }

  private options() {
    return { cwd: this.folder, env: { PATH: process.env["PATH"], LC_ALL: "C.UTF-8" }, ...this.user };
  }

  private url(name: string): string {
    return `postgres://postgres@localhost/${name}?host=${this.folder}`;
  }
}

/** initdb and postgres refuse to run as root. */
function unprivileged(): { uid?: number; gid?: number } {
  if (process.getuid?.() !== 0) return {};
  const id = (flag: string) => Number(execFileSync("id", [flag, "postgres"], { encoding: "utf8" }));
  return { uid: id("-u"), gid: id("-g") };
}
