import { platform } from "node:os";
import { type Failure, failureOf } from "../../base/errors/millwright-error.ts";
import type { Logger } from "../../base/observe/logger.ts";
import { type Sandbox, trySandbox } from "../../build/toolchain/sandbox.ts";
import { trySandboxExec } from "../../build/toolchain/sandbox-exec.ts";
import type { Isolation } from "../../protocol/job-folder/spec.ts";
import type { AgentConfig } from "../config.ts";

const BY_HAND = "isolation.mode is off in the agent's configuration.";
const OFF: Sandbox = { program: "", version: "", lacking: BY_HAND, unfiltered: BY_HAND };

/** Tries on this host what the configuration asks for. */
export async function lookAtIsolation(config: Pick<AgentConfig, "isolation" | "controller">): Promise<Isolation> {
  const { isolation, controller } = config;
  const { mode, seccomp, readable, writable, maxProcesses, maxMemory, maxDisk } = isolation;
  const network = isolation.network === "on";
  const hosts = isolation.network === "allow-list" ? { hosts: isolation.hosts } : {};
  const tried = mode === "off" ? OFF : await trySandbox(network, seccomp);
  // Who demands containment demands all of it that the configuration doesn't give up by itself.
  const part = mode === "required" && seccomp !== "off" && tried.program !== "" ? tried.unfiltered : "";
  const sandbox = part === "" ? tried : { ...tried, program: "", lacking: part };
  const limits = { maxProcesses, maxMemoryBytes: maxMemory, maxDiskBytes: maxDisk };
  const common = { required: mode === "required", network, ...hosts, readable, writable, ...limits };
  if (platform() !== "darwin" || mode === "off") return { ...sandbox, ...common };
  const hidden = [controller.keyFile, controller.tokenFile].filter((file) => file !== "");
  return { ...sandbox, ...common, ...(await onMac(isolation.sandboxExec)), hidden };
}

async function onMac(wanted: "auto" | "off"): Promise<Pick<Isolation, "sandboxExec" | "lacking">> {
  if (wanted === "off") return { lacking: "isolation.sandboxExec is off in the agent's configuration." };
  const { program, lacking } = await trySandboxExec();
  return { sandboxExec: program, lacking };
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
    const { program, version, lacking, unfiltered } = this.current;
    const failure = this.refusal;
    if (failure) this.logger.error({ failure }, "no build is taken: builds can't be contained on this host");
    else if (lacking !== "") this.logger.warn({ reason: lacking }, "builds are not contained on this host");
    else this.logger.info({ program, version, unfiltered: unfiltered || undefined }, "builds are contained");
  }
}

/** The same in one text, for health and for the controller. */
export function whyNoIsolation(watch: IsolationWatch): string[] {
  const failure = watch.refusal;
  return failure ? [`${failure.what} ${failure.why} [${failure.code}]`] : [];
}
