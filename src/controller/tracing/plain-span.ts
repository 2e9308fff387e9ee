/** A span before it is handed to OpenTelemetry. */
export interface PlainSpan {
  traceId: string;
  spanId: string;
  parentId?: string;
  name: string;
  kind: "server" | "internal";
  startMs: number;
  endMs: number;
  attributes: Record<string, string | number | boolean>;
  /** Set on what failed: what people are told of it. */
  error?: string;
}

/** Sends the spans of one trace; throws what the collector answered, or why it could not be reached. */
export type SendSpans = (spans: readonly PlainSpan[]) => Promise<void>;
