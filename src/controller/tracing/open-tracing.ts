import { newId } from "../../base/ids.ts";
import type { Store } from "../store/store.ts";
import { attemptSpanId, traceIdOf, traceparent } from "./ids.ts";
import type { SendSpans } from "./plain-span.ts";
import { wantsTraces } from "./settings.ts";

/** Where the traces of builds go, and which installation they are of. */
export interface Tracing {
  installation: string;
  send: SendSpans;
}

/**
 * Undefined, at no cost, where no collector is named. The installation gets its name here, once for all controllers on its
 * store. Throws TRACES_UNUSABLE.
 */
export async function openTracing(
  environment: Readonly<Record<string, string | undefined>>,
  store: Store,
): Promise<Tracing | undefined> {
  if (!wantsTraces(environment)) return undefined;
  const { openExporter } = await import("./exporter.ts");
  const installation = await store.facts.keep("installation", newId("i"));
  store.traces.want();
  return { installation, send: openExporter() };
}

/** What the programs of an attempt get as TRACEPARENT. */
export function traceparentOf({ installation }: Tracing, buildId: number, leaseId: string): string {
  const traceId = traceIdOf(installation, buildId);
  return traceparent(traceId, attemptSpanId(traceId, leaseId));
}
