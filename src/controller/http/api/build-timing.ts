import type { FastifyInstance } from "fastify";
import type { Selectable } from "kysely";
import type { BuildStep } from "../../../protocol/api.ts";
import type { BuildTiming, TimingPhase } from "../../../protocol/timing-api.ts";
import type { Services } from "../../services.ts";
import type { BuildWithApp } from "../../store/build-store.ts";
import type { EventRow, LeaseRow } from "../../store/tables.ts";
import { clockShift } from "../../tracing/step-spans.ts";
import { told } from "../openapi/told.ts";
import { findBuild } from "./builds.ts";

/** Where a build's time went. */
export function timingRoutes(api: FastifyInstance, services: Services): void {
  api.get<{ Params: { id: string } }>(
    "/builds/:id/timing",
    told("Where a build's time went: queue, steps and their parts, upload", { answer: "BuildTiming" }),
    async (request) => timingOf(services, await findBuild(services, request)),
  );
}

async function timingOf({ store, clock }: Services, build: BuildWithApp): Promise<BuildTiming> {
  const now = clock.now();
  const endMs = build.finished_at ?? now;
  const phases: TimingPhase[] = [];
  let from = build.created_at;
  for (const lease of await store.leases.ofBuild(build.id)) {
    const until = Math.max(lease.granted_at, Math.min(lease.ended_at ?? endMs, endMs));
    phases.push(phaseOf("wait", "Wait in the queue", lease.attempt, from, lease.granted_at));
    phases.push(...attemptPhases(lease, await store.builds.events(lease.id), until));
    from = until;
  }
  const waits = build.status === "pending" || build.status === "queued";
  if (waits || phases.length === 0) phases.push(phaseOf("wait", "Wait in the queue", build.attempt + 1, from, endMs));
  return { build: build.id, status: build.status, totalMs: Math.max(0, endMs - build.created_at), phases };
}

/** Steps are timed by their host's clock, which is shifted where it would put them outside of their attempt. */
function attemptPhases(
  lease: Selectable<LeaseRow>,
  events: readonly Selectable<EventRow>[],
  until: number,
): TimingPhase[] {
  const { attempt, granted_at: granted } = lease;
  const shift = clockShift(events, granted, until);
  const steps = events.filter(({ kind }) => kind === "step-started");
  const last = events.findLast(({ kind }) => kind === "step-finished");
  const goesOn = steps.length > events.filter(({ kind }) => kind === "step-finished").length;
  const first = steps[0] ? steps[0].at + shift : until;
  return [
    phaseOf("begin", "Start of the build", attempt, granted, first),
    ...steps.map((step) => stepPhase(attempt, step, events, shift, until)),
    ...(last && !goesOn ? [phaseOf("end", "Upload of log and files", attempt, last.at + shift, until)] : []),
  ];
}

function stepPhase(
  attempt: number,
  { step, title, seq, at }: Selectable<EventRow>,
  events: readonly Selectable<EventRow>[],
  shift: number,
  until: number,
): TimingPhase {
  const own = events.filter((event) => event.step === step && event.seq > seq);
  const end = own.find(({ kind }) => kind === "step-finished");
  const parts = own.flatMap(({ kind, title: part, detail }) =>
    kind === "part" && /^\d{1,10}$/.test(detail) ? [{ title: part, ms: Number(detail) }] : [],
  );
  const phase = phaseOf("step", title, attempt, at + shift, end ? end.at + shift : until);
  return { ...phase, id: step, state: (end?.outcome ?? "running") as BuildStep["state"], parts };
}

function phaseOf(kind: TimingPhase["kind"], title: string, attempt: number, from: number, to: number): TimingPhase {
  return {
    kind,
    id: kind,
    title,
    attempt,
    startedAt: new Date(from).toISOString(),
    ms: Math.max(0, to - from),
    parts: [],
  };
}
