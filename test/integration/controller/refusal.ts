import type { Failure } from "../../../src/base/errors/millwright-error.ts";
import type { TestController } from "../../support/controller.ts";

/** The failure with which a request is refused, and the status beside it. */
export async function refusal(controller: TestController, method: string, path: string, body?: unknown) {
  const answer = await controller.api(method, path, body);
  return { status: answer.status, ...(answer.body as { error: Failure }).error };
}
