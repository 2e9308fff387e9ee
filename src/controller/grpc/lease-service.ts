import { errorOf, type Failure } from "../../base/errors/millwright-error.ts";
import {
  type CompleteRequest,
  type CompleteResponse,
  CompleteResponse_Disposition as Disposition,
  type LeaseRef as LeaseMessage,
  type LeaseServer,
} from "../../protocol/generated/millwright/agent/v1/agent.ts";
import type { JobEvent } from "../../protocol/job-folder/events.ts";
import type { LeaseRef } from "../../protocol/job-folder/spec.ts";
import type { MaterialName, MaterialReply } from "../../protocol/material.ts";
import { isStep } from "../../protocol/steps.ts";
import type { Dispatcher } from "../queue/dispatcher.ts";
import type { Ending, EndingAnswer, LeaseBook } from "../queue/lease-book.ts";
import { directiveFor } from "../queue/reconcile.ts";
import { materialOf } from "../secrets/materials.ts";
import type { Services } from "../services.ts";
import { agentOfSession, requireAgent, requireJob } from "./authenticate.ts";
import { unary } from "./calls.ts";
import { toMessage } from "./control-service.ts";

const MOST_EVENTS = 1000;

/** What an agent does under a lease. */
export function leaseService(services: Services, leases: LeaseBook, dispatcher: Dispatcher): LeaseServer {
  return {
    accept: unary(services, "Accept", async (request, call) => {
      const caller = await requireAgent(services, call);
      const ref = required(request.lease);
      const agent = await agentOfSession(services, caller, request.sessionId);
      if (!agent || agent.session_epoch !== request.sessionEpoch) {
        throw errorOf("STALE_LEASE", { reason: "The session is void." });
      }
      if (request.declineReason) {
        await leases.decline(ref, request.declineReason);
        dispatcher.answered(ref.leaseId);
        const nothing = { jobSpec: Buffer.alloc(0), jobSpecSha256: Buffer.alloc(0), jobToken: "", validForMs: 0 };
        return { ...nothing, specSignature: Buffer.alloc(0), specKeys: [] };
      }
      const { spec, specSha256, signature, jobToken } = await leases
        .accept(ref)
        .finally(() => dispatcher.answered(ref.leaseId));
      const validForMs = services.timing.leaseTtlMs;
      const signed = { specSignature: signature, specKeys: [...services.specKeys.chain] };
      return { jobSpec: Buffer.from(spec), jobSpecSha256: specSha256, jobToken, validForMs, ...signed };
    }),

    getMaterial: unary(services, "GetMaterial", async (request, call) => {
      const ref = await requireJob(services, call, request.lease);
      const reply = await giveMaterial(services, ref, request.name as MaterialName, request.step);
      return { material: Buffer.from(JSON.stringify(reply.material)), mask: reply.mask };
    }),

    reportEvents: unary(services, "ReportEvents", async (request, call) => {
      const ref = await requireJob(services, call, request.lease);
      if (request.events.length > MOST_EVENTS) {
        throw errorOf("MESSAGE_REFUSED", { reason: `It holds more than ${MOST_EVENTS} events.` });
      }
      const ackedSeq = await leases.recordEvents(ref, request.events as JobEvent[]);
      const directive = directiveFor(ref, await services.store.leases.view(ref.leaseId));
      return { ackedSeq, directive: toMessage(request.lease, directive, services.timing.leaseTtlMs) };
    }),

    complete: unary(services, "Complete", async (request, call) => {
      const ref = await requireJob(services, call, request.lease);
      return answerOf(await leases.complete(ref, endingOf(request)));
    }),
  };
}

/** Opens what a build needs. What can't be written into the audit is not given out. */
async function giveMaterial(
  services: Services,
  ref: LeaseRef,
  name: MaterialName,
  step: string,
): Promise<MaterialReply> {
  const { store, clock, logger } = services;
  const lease = await store.leases.find(ref.leaseId);
  if (directiveFor(ref, await store.leases.view(ref.leaseId)).action !== "continue") {
    throw errorOf("STALE_LEASE", { reason: "The build no longer needs it." });
  }
  const build = await store.builds.find(ref.buildId);
  const opened = build && (await materialOf(services, build, ref, name));
  if (!opened) throw errorOf("NOT_FOUND", { kind: "material", name, reason: "The build has none." });
  const actor = (await store.agents.find(lease?.agent_id ?? ""))?.name ?? "";
  const detail = `${name} of the app ${build.app_name}`;
  const use = { ...ref, ...(isStep(step) ? { step } : {}) };
  await store.audit.used(use, { at: clock.now(), actor, action: "used", kind: opened.kind, name: opened.name, detail });
  const about = { build: ref.buildId, lease: ref.leaseId, attempt: ref.attempt, agent: actor };
  logger.info({ ...about, material: name }, "material was given out");
  return opened.reply;
}

function required(lease: LeaseMessage | undefined): LeaseRef {
  if (!lease) throw errorOf("MESSAGE_REFUSED", { reason: "The message names no lease." });
  return lease;
}

function endingOf(request: CompleteRequest): Ending {
  const { outcome } = request;
  if (outcome !== "success" && outcome !== "failed" && outcome !== "canceled") {
    throw errorOf("MESSAGE_REFUSED", { reason: `There is no outcome ${JSON.stringify(outcome)}.` });
  }
  let failure: Failure | null = null;
  if (request.failure.length > 0) failure = JSON.parse(request.failure.toString()) as Failure;
  return {
    outcome,
    failure,
    logLength: request.logLength,
    logSha256: request.logSha256.toString("hex"),
    lastEventSeq: request.lastEventSeq,
    artifactIds: request.artifactIds,
  };
}

function answerOf(answer: EndingAnswer): CompleteResponse {
  const disposition = {
    recorded: Disposition.DISPOSITION_RECORDED,
    "already-recorded": Disposition.DISPOSITION_ALREADY_RECORDED,
    "need-log": Disposition.DISPOSITION_NEED_LOG,
    "need-events": Disposition.DISPOSITION_NEED_EVENTS,
    "need-artifacts": Disposition.DISPOSITION_NEED_ARTIFACT,
    stale: Disposition.DISPOSITION_STALE,
  }[answer.disposition];
  return {
    disposition,
    logCommitted: "committed" in answer ? answer.committed : 0,
    missingArtifacts: "missing" in answer ? answer.missing : [],
  };
}
