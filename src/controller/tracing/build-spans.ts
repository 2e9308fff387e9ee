import { attemptSpans } from "./attempt-spans.ts";
import { buildAttributes, failureOfBuild } from "./attributes.ts";
import type { BuildFacts } from "./facts.ts";
import { spanIdOf, traceIdOf } from "./ids.ts";
import type { PlainSpan } from "./plain-span.ts";

const WAITING = new Set(["queued", "offered"]);

/**
 * The trace of a build that has ended, its root first: each wait in the queue, each attempt with its steps and uploads. The
 * same facts make the same trace, ids included.
 */
export function buildSpans(installation: string, facts: BuildFacts): PlainSpan[] {
  const { build } = facts;
  const traceId = traceIdOf(installation, build.id);
  const spanId = spanIdOf(traceId, "build");
  const failure = failureOfBuild(build.failure);
  const endMs = Math.max(build.created_at, build.finished_at ?? build.created_at);
  const root: PlainSpan = {
    traceId,
    spanId,
    name: `BUILD ${build.app_name}`,
    kind: "server",
    startMs: build.created_at,
    endMs,
    attributes: buildAttributes(facts),
    ...(failure ? { error: `${failure.code}: ${failure.what}` } : {}),
  };
  const place = { traceId, parentId: spanId };
  const attempts = facts.attempts.flatMap((attempt, index) =>
    attemptSpans(place, facts, attempt, index === facts.attempts.length - 1 ? failure : undefined),
  );
  return [root, ...waits(place, facts), ...attempts];
}

/** From the moment that a build waits to its acceptance by an agent: an offer that lapses doesn't end the wait. */
function waits(place: { traceId: string; parentId: string }, { transitions }: BuildFacts): PlainSpan[] {
  const spans: PlainSpan[] = [];
  let since: number | undefined;
  for (const { at, to_state, fence } of transitions) {
    if (WAITING.has(to_state)) {
      since ??= at;
      continue;
    }
    if (since === undefined) continue;
    spans.push({
      ...place,
      spanId: spanIdOf(place.traceId, "wait", spans.length),
      name: "queue",
      kind: "internal",
      startMs: since,
      endMs: Math.max(since, at),
      attributes: { "millwright.queue.wait": spans.length + 1, "millwright.build.fence": fence },
    });
    since = undefined;
  }
  return spans;
}
