import { errorOf } from "../../base/errors/millwright-error.ts";
import type { Build } from "../../protocol/api.ts";
import { segment } from "../client/api.ts";
import { hasEnded } from "../client/watch-build.ts";
import { EXIT } from "../exit-codes.ts";
import type { Session } from "../session.ts";
import { positiveNumber } from "../usage.ts";
import { paintStatus } from "./describe.ts";
import { followToEnd } from "./follow.ts";

/**
 * `millwright cancel`: asks for it and waits until the build has ended. Throws BUILD_ALREADY_ENDED when the build was
 * faster.
 */
export async function cancelBuild(session: Session, command: string, text: string): Promise<number> {
  const id = positiveNumber(command, "The build", text);
  const api = await session.connect();
  const asked = await api.send<Build>("POST", `/builds/${segment(id)}/cancel`);
  if (!hasEnded(asked)) session.output.note(`Canceling build ${id}, waiting for its end.`);
  const outcome = await followToEnd(session, api, id, "end");
  if ("exitCode" in outcome) return outcome.exitCode;
  const build = outcome.value;
  if (build.status !== "canceled") throw errorOf("BUILD_ALREADY_ENDED", { build: id, status: build.status });
  session.answer(build, (output) =>
    output.line(`Build ${id}  ${paintStatus(build.status, build.status, output.style)}`),
  );
  return EXIT.success;
}
