import { expect, test } from "vitest";
import type { JobContext } from "../../../src/build/job/context.ts";
import { appEnvironment, hostEnvironment } from "../../../src/build/job/environment.ts";

const TRACEPARENT = `00-${"a".repeat(32)}-${"b".repeat(16)}-01`;

function contextOf(traceparent: string | undefined, variables: Record<string, string> = {}): JobContext {
  const lease = { leaseId: "l1", buildId: 1, attempt: 1, fence: 1 };
  const environment = { name: "e", variables };
  const spec = { lease, environment, ...(traceparent === undefined ? {} : { traceparent }) };
  const host = { environment: { PATH: "/bin" }, scratch: "/tmp" };
  return { spec, host, found: { tools: [] } } as unknown as JobContext;
}

test("the programs of a build get the trace that its controller says, and none where it says none", () => {
  expect(hostEnvironment(contextOf(TRACEPARENT))["TRACEPARENT"]).toBe(TRACEPARENT);
  expect(hostEnvironment(contextOf(undefined))).not.toHaveProperty("TRACEPARENT");
});

test("an environment that names a trace of its own goes before it", () => {
  const own = contextOf(TRACEPARENT, { TRACEPARENT: "of the app" });
  expect(appEnvironment(own)["TRACEPARENT"]).toBe("of the app");
});
