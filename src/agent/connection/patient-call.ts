import { type ServiceError, status } from "@grpc/grpc-js";
import { errorOf, MillwrightError } from "../../base/errors/millwright-error.ts";
import { wait } from "../../base/time/wait.ts";
import { reasonOf, refusalOf } from "./refusals.ts";
import { isMistrust } from "./trust.ts";

const TRIES = 3;
const BETWEEN_MS = 1_000;

/**
 * Asks what may be asked again when the answer was lost, three times. Throws what the controller says, CONTROLLER_NOT_TRUSTED,
 * CONTROLLER_UNREACHABLE.
 */
export async function askPatiently<A>(address: string, ask: () => Promise<A>): Promise<A> {
  for (let tries = 1; ; tries++) {
    try {
      return await ask();
    } catch (error) {
      const lost = [status.UNAVAILABLE, status.DEADLINE_EXCEEDED].includes((error as ServiceError).code);
      if (!lost || tries === TRIES || isMistrust(reasonOf(error))) throw failureOfCall(address, error);
      await wait(BETWEEN_MS);
    }
  }
}

function failureOfCall(address: string, cause: unknown): MillwrightError {
  const refusal = refusalOf(cause);
  if (refusal) return new MillwrightError(refusal, cause);
  const reason = reasonOf(cause);
  const code = isMistrust(reason) ? "CONTROLLER_NOT_TRUSTED" : "CONTROLLER_UNREACHABLE";
  return errorOf(code, { address, reason }, { cause });
}
