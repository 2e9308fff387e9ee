import { createHash } from "node:crypto";

/** 32 hexadecimal digits: the same for a build of an installation whoever asks, and of no other installation. */
export function traceIdOf(installation: string, buildId: number): string {
  return digits(32, "trace", installation, buildId);
}

/** 16 hexadecimal digits: the same for that part of that build, so that what is sent twice is the same span. */
export function spanIdOf(traceId: string, ...part: (string | number)[]): string {
  return digits(16, "span", traceId, ...part);
}

/** The span of an attempt: also what the programs of its build hang their own spans under. */
export function attemptSpanId(traceId: string, leaseId: string): string {
  return spanIdOf(traceId, "attempt", leaseId);
}

/** As W3C Trace Context writes it, version 00, sampled. */
export function traceparent(traceId: string, spanId: string): string {
  return `00-${traceId}-${spanId}-01`;
}

function digits(count: number, ...part: (string | number)[]): string {
  return createHash("sha256").update(JSON.stringify(part)).digest("hex").slice(0, count);
}
