import type { KeyObject } from "node:crypto";
import { certificateOf } from "../../agent/connection/certificate-file.ts";
import { type ControllerClient, call } from "../../agent/connection/controller-client.ts";
import { refusalOf } from "../../agent/connection/refusals.ts";
import type { ShownCertificate } from "../../agent/connection/trust.ts";
import { writeAssertion } from "../../protocol/key-assertion.ts";
import { broken, type Check, ok } from "./check.ts";

const CERTIFICATE = { id: "certificate", title: "Certificate" };

/**
 * Asks for a client certificate as the agent does. Undefined where the controller wants none or doesn't answer, which is
 * told elsewhere.
 */
export async function certificateOfHost(
  { enrollment }: ControllerClient,
  key: KeyObject,
): Promise<{ check: Check; shown?: ShownCertificate } | undefined> {
  try {
    const request = { assertion: writeAssertion(key, Date.now()) };
    const { certificatePem } = await call(enrollment.getCertificate.bind(enrollment), request, "");
    const own = certificateOf(certificatePem, key);
    if (!own) return undefined;
    const until = new Date(own.to).toISOString().slice(0, 16).replace("T", " ");
    const check = ok(CERTIFICATE, `the controller gives one out, until ${until} UTC; the agent renews it by itself`);
    return { check, shown: { certificate: own.pem, key: key.export({ type: "pkcs8", format: "pem" }).toString() } };
  } catch (error) {
    const refusal = refusalOf(error);
    return refusal && !REFUSED_ELSEWHERE.has(refusal.code) ? { check: broken(CERTIFICATE, refusal) } : undefined;
  }
}

/** The controller says the same of the key itself. */
const REFUSED_ELSEWHERE = new Set([
  "AGENT_REFUSED",
  "AGENT_REVOKED",
  "AGENT_KEY_REPLACED",
  "CLOCK_WRONG",
  "JOIN_NEEDS_TLS",
]);
