import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { get } from "node:https";
import { join } from "node:path";
import { Program } from "../faults/program.ts";
import type { Backend } from "./balancer.ts";
import { leadsIn } from "./said.ts";

/** A service manager starts it again after so long. */
const RESTART_MS = 1_000;
const READY_MS = 3_000;

interface Addresses {
  http: string;
  grpc: string;
  caFile: string;
}

/** One of the controllers, as a process that is started again when it ends by itself. */
export class Replica {
  readonly name: string;
  readonly data: string;
  private readonly program: Program;
  private addresses: Addresses | undefined;
  private wanted = false;
  private listened = false;
  private endedAt: number | undefined;
  ready = false;
  kills = 0;
  /** Starts that failed because the store was away: they end with an error, and are repeated. */
  failedStarts = 0;
  /** What must not be: it listened, and ended without a kill. */
  crashes = 0;

  constructor(name: string, folder: string, cli: string, options: readonly string[]) {
    this.name = name;
    this.data = join(folder, name);
    mkdirSync(this.data, { recursive: true, mode: 0o700 });
    this.program = new Program([cli, "controller", "--data", this.data, ...options], folder, `${this.data}.out`);
  }

  get logFile(): string {
    return this.program.logFile;
  }

  get http(): Backend {
    return { port: this.port((addresses) => addresses.http), ready: this.ready };
  }

  get grpc(): Backend {
    return { port: this.port((addresses) => addresses.grpc), ready: this.ready };
  }

  get caFile(): string {
    return this.addresses?.caFile ?? "";
  }

  /** When it said that it leads. */
  leads(): number[] {
    return leadsIn(this.logFile);
  }

  get running(): boolean {
    return this.program.running;
  }

  /** Nothing when it runs already: two troubles may end at once. */
  start(): void {
    if (this.program.running) return;
    rmSync(join(this.data, "addresses.json"), { force: true });
    this.wanted = true;
    this.listened = false;
    this.endedAt = undefined;
    this.program.start();
  }

  async kill(): Promise<void> {
    this.kills += 1;
    this.forget();
    await this.program.kill();
  }

  async stop(): Promise<boolean> {
    this.forget();
    return this.program.stop(30_000);
  }

  /** To be called again and again: what a balancer and a service manager notice. */
  async look(): Promise<void> {
    if (!this.wanted) return;
    if (!this.program.running) return this.startAgain();
    const file = join(this.data, "addresses.json");
    if (!this.addresses && existsSync(file)) this.addresses = JSON.parse(readFileSync(file, "utf8")) as Addresses;
    if (!this.addresses) return;
    this.listened = true;
    this.ready = await saysReady(this.addresses);
  }

  private startAgain(): void {
    this.addresses = undefined;
    this.ready = false;
    if (this.endedAt === undefined) {
      this.endedAt = Date.now();
      if (this.listened) this.crashes += 1;
      else this.failedStarts += 1;
    } else if (Date.now() - this.endedAt >= RESTART_MS) this.start();
  }

  private forget(): void {
    this.wanted = false;
    this.addresses = undefined;
    this.ready = false;
  }

  private port(of: (addresses: Addresses) => string): number | undefined {
    const { addresses } = this;
    return addresses && Number(of(addresses).split(":").at(-1));
  }
}

function saysReady({ http, caFile }: Addresses): Promise<boolean> {
  return new Promise((resolve) => {
    const options = { ca: readFileSync(caFile), agent: false as const, timeout: READY_MS };
    const asked = get(`${http}/readyz`, options, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    asked.on("timeout", () => asked.destroy());
    asked.on("error", () => resolve(false));
  });
}
