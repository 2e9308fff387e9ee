import type { Metadata, ServiceError } from "@grpc/grpc-js";
import { bearer, ControllerClient } from "../../agent/connection/controller-client.ts";
import { type AgentCredentials, OwnKey } from "../../agent/connection/credentials.ts";
import { reasonOf, refusalOf } from "../../agent/connection/refusals.ts";
import { isMistrust, type Trust } from "../../agent/connection/trust.ts";
import { failureOf } from "../../base/errors/millwright-error.ts";
import { formatDuration } from "../../base/units.ts";
import { AgentState } from "../../protocol/generated/millwright/agent/v1/agent.ts";
import { certificateOfHost } from "./certificate.ts";
import { broken, type Check, ok, skipped, wrong } from "./check.ts";

const NAMED = { id: "controller", title: "Controller" };
const CLOCK = { id: "clock", title: "Clock" };
const PATIENCE_MS = 10_000;
const MOST_SKEW_MS = 60_000;

interface Answer {
  error: ServiceError | null;
  /** The controller's time, when it or what stands between said it, and ours at that moment. */
  time?: { theirs: number; ours: number };
}

/**
 * Asks the controller as the agent would, and compares the clocks. The question is the heartbeat of a session that
 * there isn't: it shows whether the token is taken, and changes nothing for an agent that runs on this host.
 */
export async function checkController(
  { address, trust }: { address: string; trust: Trust },
  credentialsWith: (client: ControllerClient) => AgentCredentials,
): Promise<Check[]> {
  let client = new ControllerClient(address, [], trust);
  try {
    let credentials = credentialsWith(client);
    const own = credentials instanceof OwnKey ? await certificateOfHost(client, credentials.held.key) : undefined;
    if (own?.shown && trust.tls) {
      client.close();
      client = new ControllerClient(address, [], { ...trust, shown: own.shown });
      credentials = credentialsWith(client);
    }
    const { error, time } = await credentials.token().then(
      (token) => ask(client, token),
      (error: ServiceError) => ({ error, time: undefined }),
    );
    const what = credentials instanceof OwnKey ? "key" : "token";
    const answers = error ? unreachable(address, error) : ok(NAMED, `${address} answers and takes the ${what}`);
    return [answers, ...(own ? [own.check] : []), clockOf(time)];
  } finally {
    client.close();
  }
}

function ask({ control }: ControllerClient, token: string): Promise<Answer> {
  const request = {
    sessionId: "doctor",
    sessionEpoch: 0,
    state: AgentState.AGENT_STATE_UNHEALTHY,
    unhealthyReasons: [],
    freeSlots: 0,
    leases: [],
    capability: undefined,
    diskFreeBytes: 0,
  };
  return new Promise((resolve) => {
    let time: Answer["time"];
    const note = (metadata: Metadata | undefined) => {
      const theirs = Date.parse(String(metadata?.get("date")[0]));
      if (!Number.isNaN(theirs)) time ??= { theirs, ours: Date.now() };
    };
    const call = control.sync(request, bearer(token), { deadline: Date.now() + PATIENCE_MS }, (error) => {
      note(error?.metadata);
      resolve({ error, ...(time ? { time } : {}) });
    });
    call.on("metadata", note);
  });
}

function unreachable(address: string, error: ServiceError): Check {
  const refusal = refusalOf(error);
  if (refusal) return broken(NAMED, refusal);
  const reason = reasonOf(error).replace(/\.? Resolution note:\s*$/, "."); // an empty one
  const code = isMistrust(reason) ? "CONTROLLER_NOT_TRUSTED" : "CONTROLLER_UNREACHABLE";
  const failure = failureOf(code, { address, reason });
  // macOS 15 and later: what Local Network privacy forbids looks like a network without a way there.
  if (!/EHOSTUNREACH|No route to host/.test(reason)) return broken(NAMED, failure);
  const next = `${failure.next} On a Mac it may be Local Network privacy (macos/README.md).`;
  return wrong(NAMED, "failed", `${failure.what} ${failure.why}`, next);
}

/** HTTP tells the time in whole seconds. */
function clockOf(time: Answer["time"]): Check {
  if (!time) return skipped(CLOCK, "The controller didn't say what time it has.");
  const aheadMs = time.ours - time.theirs;
  if (Math.abs(aheadMs) < MOST_SKEW_MS) return ok(CLOCK, "agrees with the controller's");
  const values = { difference: formatDuration(Math.abs(aheadMs)), direction: aheadMs > 0 ? "ahead of" : "behind" };
  return broken(CLOCK, failureOf("CLOCK_WRONG", values), "warning");
}
