import { errorOf } from "../../base/errors/millwright-error.ts";
import type { OpenSessionRequest } from "../../protocol/generated/millwright/agent/v1/agent.ts";
import { PROTOCOL, VERSION } from "../../protocol/version.ts";

type Range = Pick<OpenSessionRequest, "agentVersion" | "protocolMin" | "protocolMax">;

/** Throws VERSION_REFUSED, which says which of both is too old, and the release that it needs. */
export function requireCommonProtocol({ agentVersion, protocolMin, protocolMax }: Range): void {
  const isOld = protocolMax < PROTOCOL.min;
  if (!isOld && protocolMin <= PROTOCOL.max) return;
  const reason =
    `The agent is of release ${agentVersion} and speaks the protocol ${protocolMin} to ${protocolMax}, ` +
    `the controller of release ${VERSION} speaks ${PROTOCOL.min} to ${PROTOCOL.max}.`;
  const older = isOld ? `The agent needs release ${VERSION}.` : `The controller needs release ${agentVersion}.`;
  throw errorOf("VERSION_REFUSED", { reason: `${reason} ${older}` });
}
