import type { KeyObject } from "node:crypto";
import { hostname } from "node:os";
import type { EnrollResponse } from "../../protocol/generated/millwright/agent/v1/agent.ts";
import type { InvitationLine } from "../../protocol/invitation-line.ts";
import { proveKey, publicKeyDer } from "../../protocol/key-assertion.ts";
import { ControllerClient, call } from "../connection/controller-client.ts";
import { askPatiently } from "../connection/patient-call.ts";
import { hardwareMark } from "../host/identity.ts";

/**
 * Shows the invitation's secret and this host's public key to a controller that holds a certificate of `ca`. A lost answer is
 * asked for again: it is the same. Throws what the controller says, CONTROLLER_NOT_TRUSTED, CONTROLLER_UNREACHABLE.
 */
export async function enrollHost(
  { address, secret }: InvitationLine,
  ca: string,
  key: KeyObject,
  name: string,
): Promise<EnrollResponse> {
  const client = new ControllerClient(address, [], { tls: true, ca });
  const { enrollment } = client;
  const request = {
    secret,
    agentName: name,
    machineId: `.${hardwareMark()}`,
    hostname: hostname(),
    publicKey: publicKeyDer(key),
    signature: proveKey(key, secret),
    timeMs: Date.now(),
  };
  try {
    return await askPatiently(address, () => call(enrollment.enroll.bind(enrollment), request, ""));
  } finally {
    client.close();
  }
}
