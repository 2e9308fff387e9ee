import { type Failure, failureOf } from "../../base/errors/millwright-error.ts";
import type { Logger } from "../../base/observe/logger.ts";
import { type Sandbox, trySandbox } from "../../build/toolchain/sandbox.ts";
import type { Isolation } from "../../protocol/job-folder/spec.ts";
import type { AgentConfig } from "../config.ts";

const OFF: Sandbox = { program: "", version: "", lacking: "isolation.mode is off in the agent's configuration." };

/** Tries on this host what the configuration asks for. */
export async function lookAtIsolation({ isolation }: Pick<AgentConfig, "isolation">): Promise<Isolation> {
  const { mode, readable, writable, maxProcesses, maxMemory, maxDisk } = isolation;
  const network = isolation.network === "on";
  const sandbox = mode === "off" ? OFF : await trySandbox(network);
  const hosts = isolation.network === "allow-list" ? { hosts: isolation.hosts } : {};
  const limits = { maxProcesses, maxMemoryBytes: maxMemory, maxDiskBytes: maxDisk };
  return { ...sandbox, required: mode === "required", network, ...hosts, readable, writable, ...limits };
}

/** Knows how this host contains builds; looks again when the configuration was read anew. */
export class IsolationWatch {
  private readonly config: () => AgentConfig;
  private readonly logger: Logger;
  current: Isolation;

  private constructor(config: () => AgentConfig, logger: Logger, first: Isolation) {
    this.config = config;
    this.logger = logger;
    this.current = first;
    this.tell();
  }

  static async begin(config: () => AgentConfig, logger: Logger): Promise<IsolationWatch> {
    return new IsolationWatch(config, logger, await lookAtIsolation(config()));
  }

  async lookAgain(): Promise<void> {
    this.current = await lookAtIsolation(this.config());
    this.tell();
  }

  /** Why this host may take no build: its configuration demands a sandbox, and there is none. */
  get refusal(): Failure | undefined {
    const { required, lacking } = this.current;
    const host = this.config().name;
    return required && lacking !== "" ? failureOf("ISOLATION_UNAVAILABLE", { host, reason: lacking }) : undefined;
  }

  private tell(): void {
    const { program, version, lacking } = this.current;
    const failure = this.refusal;
    if (failure) this.logger.error({ failure }, "no build is taken: builds can't be contained on this host");
    else if (lacking !== "") this.logger.warn({ reason: lacking }, "builds are not contained on this host");
    else this.logger.info({ program, version }, "builds are contained");
  }
}

/** The same in one text, for health and for the controller. */
export function whyNoIsolation(watch: IsolationWatch): string[] {
  const failure = watch.refusal;
  return failure ? [`${failure.what} ${failure.why} [${failure.code}]`] : [];
}
