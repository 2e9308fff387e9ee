import { generateKeyPairSync, type KeyObject } from "node:crypto";
import { hostname } from "node:os";
import { type ServiceError, status } from "@grpc/grpc-js";
import { errorOf, MillwrightError } from "../../base/errors/millwright-error.ts";
import { wait } from "../../base/time/wait.ts";
import type { EnrollResponse } from "../../protocol/generated/millwright/agent/v1/agent.ts";
import type { InvitationLine } from "../../protocol/invitation-line.ts";
import { proveKey, publicKeyDer } from "../../protocol/key-assertion.ts";
import { ControllerClient, call } from "../connection/controller-client.ts";
import { reasonOf, refusalOf } from "../connection/refusals.ts";
import { isMistrust } from "../connection/trust.ts";
import { hardwareMark } from "../host/identity.ts";

const TRIES = 3;
const BETWEEN_MS = 1_000;

/** A new Ed25519 key of this host; its PEM is for a file that only its owner can read. */
export function makeHostKey(): { key: KeyObject; pem: string } {
  const { privateKey } = generateKeyPairSync("ed25519");
  return { key: privateKey, pem: privateKey.export({ type: "pkcs8", format: "pem" }).toString() };
}

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
    for (let tries = 1; ; tries++) {
      try {
        return await call(enrollment.enroll.bind(enrollment), request, "");
      } catch (error) {
        const lost = [status.UNAVAILABLE, status.DEADLINE_EXCEEDED].includes((error as ServiceError).code);
        if (!lost || tries === TRIES || isMistrust(reasonOf(error))) throw failureToJoin(address, error);
        await wait(BETWEEN_MS);
      }
    }
  } finally {
    client.close();
  }
}

function failureToJoin(address: string, cause: unknown): MillwrightError {
  const refusal = refusalOf(cause);
  if (refusal) return new MillwrightError(refusal, cause);
  const reason = reasonOf(cause);
  const code = isMistrust(reason) ? "CONTROLLER_NOT_TRUSTED" : "CONTROLLER_UNREACHABLE";
  return errorOf(code, { address, reason }, { cause });
}
