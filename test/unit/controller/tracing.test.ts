import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";
import { withoutCredentials } from "../../../src/controller/tracing/attributes.ts";
import { traceIdOf } from "../../../src/controller/tracing/ids.ts";
import { wantsTraces } from "../../../src/controller/tracing/settings.ts";
import { stepSpans } from "../../../src/controller/tracing/step-spans.ts";

const PLACE = { traceId: "a".repeat(32), parentId: "b".repeat(16) };

test("traces are wanted where OpenTelemetry's variables name a collector and don't switch it off", () => {
  const OTEL_EXPORTER_OTLP_ENDPOINT = "http://collector:4318";
  expect(wantsTraces({})).toBe(false);
  expect(wantsTraces({ OTEL_EXPORTER_OTLP_ENDPOINT: " " })).toBe(false);
  expect(wantsTraces({ OTEL_EXPORTER_OTLP_ENDPOINT })).toBe(true);
  expect(wantsTraces({ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: "https://collector/v1/traces" })).toBe(true);
  expect(wantsTraces({ OTEL_EXPORTER_OTLP_ENDPOINT, OTEL_EXPORTER_OTLP_PROTOCOL: "http/protobuf" })).toBe(true);
  expect(wantsTraces({ OTEL_EXPORTER_OTLP_ENDPOINT, OTEL_SDK_DISABLED: "true" })).toBe(false);
  expect(wantsTraces({ OTEL_EXPORTER_OTLP_ENDPOINT, OTEL_TRACES_EXPORTER: "none" })).toBe(false);
});

test("the same build of another installation is another trace", () => {
  expect(traceIdOf("one", 7)).toMatch(/^[0-9a-f]{32}$/);
  expect(traceIdOf("one", 7)).toBe(traceIdOf("one", 7));
  expect(traceIdOf("one", 7)).not.toBe(traceIdOf("two", 7));
  expect(traceIdOf("one", 7)).not.toBe(traceIdOf("one", 8));
});

test("an address loses what lets in, and what isn't one is left out", () => {
  expect(withoutCredentials("https://user:pass@git.test/a.git?token=x#y")).toBe("https://git.test/a.git");
  expect(withoutCredentials("git@git.test:a.git")).toBeUndefined();
});

test("steps of a host whose clock is wrong are shifted into their attempt by as little as needed", () => {
  const event = (seq: number, kind: string, at: number) => {
    return {
      lease_id: "l",
      seq,
      build_id: 1,
      at,
      kind,
      step: "fetch",
      title: "",
      outcome: kind === "step-finished" ? "ok" : "",
      detail: "",
    };
  };
  const events = [event(1, "step-started", 500), event(2, "step-finished", 800)];
  const spansIn = (startMs: number, endMs: number) =>
    stepSpans(PLACE, { leaseId: "l", events, startMs, endMs, code: undefined })[0];
  expect(spansIn(400, 900)).toMatchObject({ startMs: 500, endMs: 800 });
  expect(spansIn(10_000, 11_000)).toMatchObject({
    startMs: 10_000,
    endMs: 10_300,
    attributes: { "millwright.clock.shift_ms": 9_500 },
  });
  expect(spansIn(100, 400)).toMatchObject({ startMs: 100, endMs: 400 });
});

test("only the file that is loaded on demand brings OpenTelemetry's packages in", () => {
  const files = execFileSync("grep", ["-rlE", 'from "@opentelemetry/', "src"], { encoding: "utf8" }).trim().split("\n");
  expect(files).toEqual(["src/controller/tracing/exporter.ts"]);
  const users = execFileSync("grep", ["-rhE", '"\\./exporter\\.ts"', "src/controller"], { encoding: "utf8" }).trim();
  expect(users).toBe('const { openExporter } = await import("./exporter.ts");');
});
