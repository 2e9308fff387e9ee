import type { Selectable } from "kysely";
import { MillwrightError } from "../../base/errors/millwright-error.ts";
import type { AutomationRequest } from "../../protocol/push-api.ts";
import { checkedPlatform } from "../queue/build-requests.ts";
import { chooseTarget } from "../queue/target-choice.ts";
import type { Services } from "../services.ts";
import type { AppRow } from "../store/tables.ts";

/**
 * Why a build of this kind can't be asked for now: a setting that isn't there, one that can't sign it. That no agent can
 * build for the platform at the moment is no fault of the request.
 */
export async function requestFault(
  services: Services,
  app: Selectable<AppRow>,
  request: AutomationRequest,
): Promise<MillwrightError | undefined> {
  try {
    const platform = await checkedPlatform(services, app, request);
    if (request.targetPlatform !== undefined) await chooseTarget(services, platform, request.targetPlatform);
    return undefined;
  } catch (error) {
    if (!(error instanceof MillwrightError)) throw error;
    return error.code === "NO_AGENT_FOR_PLATFORM" ? undefined : error;
  }
}
