import type { Build } from "../../protocol/api.ts";
import { segment } from "../client/api.ts";
import { EXIT, exitCodeOfBuild } from "../exit-codes.ts";
import type { Session } from "../session.ts";
import { positiveNumber } from "../usage.ts";
import { firstLine } from "./describe.ts";
import { followToEnd } from "./follow.ts";
import { printSummary } from "./summary.ts";

/** `millwright retry`: asks for the same build again, and with `follow` shows it to its end and ends with its exit code. */
export async function retryBuild(session: Session, command: string, text: string, follow: boolean): Promise<number> {
  const id = positiveNumber(command, "The build", text);
  const api = await session.connect();
  const build = await api.send<Build>("POST", `/builds/${segment(id)}/retry`);
  const { output } = session;
  output.line(firstLine(build, output.style));
  if (!follow) {
    session.answer(build, (to) => to.line(`Follow it with: millwright logs ${build.id} --follow`));
    return EXIT.success;
  }
  const outcome = await followToEnd(session, api, build.id, "log");
  if ("exitCode" in outcome) return outcome.exitCode;
  printSummary(output, outcome.value);
  session.answer(outcome.value, (to) => to.note(`Get its files with: millwright download ${build.id}`));
  return exitCodeOfBuild(outcome.value);
}
