import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type Failure, failureOf } from "../../base/errors/millwright-error.ts";
import { writeFileAtomically } from "../../base/files.ts";
import type { Logger } from "../../base/observe/logger.ts";
import type { JobSpec, LeaseRef } from "../../protocol/job-folder/spec.ts";
import { isSpecKey, type SpecKey, specFault, specKeyText } from "../../protocol/spec-signature.ts";
import type { AgentConfig } from "../config.ts";
import type { AcceptedJob } from "./job-table.ts";

/** The key of the first controller that was met, where the configuration names none. */
export const PINNED_KEY = "spec.pub";

/** Whether a job is what this agent's controller signed: the agent alone decides what it asks for. */
export class SpecTrust {
  private readonly config: () => AgentConfig;
  private readonly file: string;
  private readonly logger: Logger;

  constructor(config: () => AgentConfig, logger: Logger) {
    this.config = config;
    this.file = join(config().workFolder, PINNED_KEY);
    this.logger = logger;
  }

  /** The key that is believed; undefined as long as none is known. */
  get pinned(): string | undefined {
    const { specKey } = this.config().trust;
    if (specKey !== "") return specKey;
    const kept = existsSync(this.file) ? readFileSync(this.file, "utf8").trim() : "";
    return kept === "" ? undefined : kept;
  }

  /** The controller shows its keys: the first ones that are seen are believed from then on. */
  meets(keys: readonly SpecKey[]): void {
    const newest = keys.at(-1);
    if (!newest || this.config().trust.signedSpecs === "off") return;
    const { pinned } = this;
    const text = specKeyText(newest.publicKey);
    if (pinned === undefined && isSpecKey(text)) {
      writeFileAtomically(this.file, `${text}\n`);
      this.logger.info({ specKey: text, file: this.file }, "jobs must be signed with this key from now on");
    } else if (pinned !== undefined && !keys.some(({ publicKey }) => specKeyText(publicKey) === pinned)) {
      this.logger.error({ shown: text, pinned }, "the controller doesn't sign with the key that this agent knows");
    }
  }

  /** Why a job isn't taken; undefined when it is. */
  judge({ lease, ...job }: AcceptedJob): Failure | undefined {
    const { config, pinned } = this;
    const { name: agent, trust } = config();
    if (trust.signedSpecs === "off" || pinned === undefined) return undefined;
    if (job.signature.length === 0) {
      return failureOf("SPEC_SIGNATURE_MISSING", { agent, reason: "This agent knows its controller's key." });
    }
    const reason = specFault(job, pinned) ?? leaseFault(job.spec, lease);
    if (reason === undefined) return undefined;
    const failure = failureOf("SPEC_SIGNATURE_WRONG", { agent, reason });
    this.logger.error({ lease: lease.leaseId, build: lease.buildId, failure }, "a job is not what was signed");
    return failure;
  }
}

/** A job that was signed once is good for its own lease only. */
function leaseFault(spec: Buffer, { leaseId, buildId, attempt, fence }: LeaseRef): string | undefined {
  const signed = (JSON.parse(spec.toString()) as JobSpec).lease;
  const same =
    signed.leaseId === leaseId && signed.buildId === buildId && signed.attempt === attempt && signed.fence === fence;
  return same ? undefined : `It was signed for attempt ${signed.attempt} of build ${signed.buildId}.`;
}
