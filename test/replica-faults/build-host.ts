import { execFile } from "node:child_process";
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { Program } from "../faults/program.ts";

const run = promisify(execFile);

export interface HostOptions {
  name: string;
  folder: string;
  cli: string;
  /** Of the balancer. */
  grpcPort: number;
  slots: number;
  caFile: string;
  /** The token that all agents may show; a host that joins shows none. */
  tokenFile?: string;
}

/** A build host: its agent as a process. */
export class BuildHost {
  readonly name: string;
  readonly work: string;
  readonly program: Program;
  private readonly config: string;
  private readonly cli: string;

  constructor(options: HostOptions) {
    const { name, folder, cli } = options;
    this.name = name;
    this.cli = cli;
    this.work = join(folder, name);
    this.config = join(folder, `${name}.yaml`);
    mkdirSync(this.work, { mode: 0o700 });
    writeFileSync(this.config, configOf(options, this.work));
    this.program = new Program([cli, "agent", "--config", this.config], folder, join(folder, `${name}.out`));
  }

  /** Lets it join with an invitation, as a person does. */
  async join(line: string): Promise<void> {
    await run(process.execPath, [this.cli, "agent", "join", line, "--config", this.config, "--yes"]);
  }

  start(): void {
    this.program.start();
  }

  /** Folders of jobs that ended. */
  leftFolders(): string[] {
    return ["jobs", "worktrees", "scratch"].flatMap((kind) =>
      readdirSync(join(this.work, kind)).map((name) => join(this.name, kind, name)),
    );
  }
}

function configOf({ name, slots, grpcPort, caFile, tokenFile }: HostOptions, work: string): string {
  const shown =
    tokenFile === undefined
      ? ""
      : `
  caFile: ${JSON.stringify(caFile)}
  tokenFile: ${JSON.stringify(tokenFile)}`;
  return `name: ${name}
controller:
  address: 127.0.0.1:${grpcPort}${shown}
workFolder: ${JSON.stringify(work)}
slots: ${slots}
http:
  address: 127.0.0.1:0
# Builds of the suite write to a ledger of the host, and some kill their supervisor: a sandbox forbids both.
isolation:
  mode: off
disk:
  minFree: 4MiB
job:
  cancelGrace: 1s
`;
}
