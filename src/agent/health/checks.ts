import { type HealthCheck, healthCheck } from "../../base/observe/health-checks.ts";
import type { Capability } from "../../protocol/generated/millwright/agent/v1/agent.ts";
import type { HostIdentity } from "../connection/host-identity.ts";
import { diskReasons, freeBytes } from "../host/disk.ts";
import { type IsolationWatch, whyNoIsolation } from "../host/isolation.ts";
import type { StarvationWatch } from "../host/starvation.ts";
import { type Launched, whyWentBack } from "../releases/under-launcher.ts";
import type { Session } from "../session/session.ts";

/** The session's loop rests no longer than the controller's longest answer and the longest wait together. */
const STILL_MS = 300_000;

/** Looks at all that the agent needs to take a build, and says of each part what is wrong with it. */
export async function agentChecks(parts: {
  session: Session;
  starvation: StarvationWatch;
  workFolder: string;
  minFree: number;
  capability: Capability;
  isolation: IsolationWatch;
  launched: Launched | undefined;
  identity: HostIdentity | undefined;
}): Promise<HealthCheck[]> {
  const { session, starvation, workFolder, minFree, capability, isolation, launched, identity } = parts;
  const wentBack = whyWentBack(launched);
  const disk = diskReasons(workFolder, await freeBytes(workFolder), minFree);
  return [
    healthCheck("controller", session.whyNotConnected),
    healthCheck("certificate", identity?.trouble(Date.now())),
    healthCheck("disk", disk.length > 0 ? disk.join("; ") : undefined),
    healthCheck("host", starvation.last.join("; ") || undefined),
    healthCheck("toolchains", whyNothingCanBeBuilt(capability)),
    healthCheck("isolation", whyNoIsolation(isolation).join("; ") || undefined),
    healthCheck("stopping", session.isDraining ? "the agent is being stopped" : undefined),
    // To be known, and no reason against builds.
    { name: "release", ok: true, ...(wentBack === undefined ? {} : { reason: wentBack }) },
  ];
}

/** Why only a restart would help: nothing else may make a service manager end the agent. */
export function standsStill(session: Session): string | undefined {
  if (session.stillForMs < STILL_MS) return undefined;
  return `the agent stands still since ${Math.round(session.stillForMs / 1000)} seconds`;
}

function whyNothingCanBeBuilt({ platforms }: Capability): string | undefined {
  if (platforms.some((each) => each.supported)) return undefined;
  const lacking = platforms.map(({ platform, lacking: what }) => `${platform}: ${what}`);
  return `this host can build nothing (${lacking.join("; ")}): millwright doctor says more`;
}
