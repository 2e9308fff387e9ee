import type { Selectable } from "kysely";
import type { Failure } from "../../base/errors/millwright-error.ts";
import type { ArtifactRow } from "../store/tables.ts";
import { present, resultOf } from "./attributes.ts";
import type { AttemptFacts, BuildFacts } from "./facts.ts";
import { attemptSpanId, spanIdOf } from "./ids.ts";
import type { PlainSpan } from "./plain-span.ts";
import { stepSpans } from "./step-spans.ts";

export interface Place {
  traceId: string;
  parentId: string;
}

/** An attempt, from its acceptance by an agent to its end, with its steps and uploads. `failure` is the build's own. */
export function attemptSpans(
  place: Place,
  { build, transitions }: BuildFacts,
  attempt: AttemptFacts,
  failure: Failure | undefined,
): PlainSpan[] {
  const { lease, agent, events, artifacts } = attempt;
  const spanId = attemptSpanId(place.traceId, lease.id);
  const accepted = transitions.find(({ to_state, fence }) => to_state === "accepted" && fence === lease.fence);
  const startMs = accepted?.at ?? lease.granted_at;
  // Written a moment after the end of its build, which it doesn't outlive.
  const endMs = Math.max(startMs, Math.min(lease.ended_at ?? startMs, build.finished_at ?? Number.POSITIVE_INFINITY));
  // What ended an attempt that was not the last stands only in the change that it led to.
  const after = transitions.find(({ from_state, fence }) => fence === lease.fence + 1 && from_state !== "queued");
  const lost = lease.ended === "lost";
  const retried = after?.to_state === "queued";
  const code = failure?.code ?? (retried ? codeIn(after.reason, lost) : undefined);
  const span: PlainSpan = {
    ...place,
    spanId,
    name: `attempt ${lease.attempt}`,
    kind: "internal",
    startMs,
    endMs,
    attributes: present({
      "cicd.pipeline.task.name": "attempt",
      "cicd.pipeline.task.run.id": lease.id,
      "cicd.pipeline.task.run.result": code === undefined ? resultOf(build.state) : lost ? "error" : "failure",
      "cicd.worker.id": lease.agent_id,
      "cicd.worker.name": agent,
      "error.type": code,
      "millwright.attempt.number": lease.attempt,
      "millwright.attempt.end": lease.ended,
    }),
    ...(code === undefined ? {} : { error: failure ? `${code}: ${failure.what}` : (after?.reason ?? code) }),
  };
  const inside = { traceId: place.traceId, parentId: spanId };
  const steps = stepSpans(inside, { leaseId: lease.id, events, startMs, endMs, code });
  return [span, ...steps, ...artifacts.flatMap((artifact) => uploadSpan(inside, artifact, endMs))];
}

/** A file that an older release took has no times. */
function uploadSpan(place: Place, artifact: Selectable<ArtifactRow>, attemptEndMs: number): PlainSpan[] {
  const { id, name, kind, size, declared_at, stored_at } = artifact;
  if (declared_at === null) return [];
  const attributes = {
    "cicd.pipeline.task.name": "upload",
    "cicd.pipeline.task.run.id": id,
    "cicd.pipeline.task.run.result": "success",
    "millwright.artifact.name": name,
    "millwright.artifact.kind": kind,
    "millwright.artifact.size": size,
  };
  const endMs = Math.max(declared_at, stored_at ?? attemptEndMs);
  const spanId = spanIdOf(place.traceId, "upload", id);
  return [{ ...place, spanId, name: "upload", kind: "internal", startMs: declared_at, endMs, attributes }];
}

function codeIn(reason: string, lost: boolean): string {
  return /^tried again after (\w+)$/.exec(reason)?.[1] ?? (lost ? "LOST" : "_OTHER");
}
