import type { BuildDetails } from "../../protocol/api.ts";
import { segment } from "../client/api.ts";
import { LogReader } from "../client/follow-log.ts";
import { hasEnded } from "../client/watch-build.ts";
import { EXIT, exitCodeOfBuild } from "../exit-codes.ts";
import type { Session } from "../session.ts";
import { positiveNumber } from "../usage.ts";
import { followToEnd } from "./follow.ts";
import { untilInterrupted } from "./interruption.ts";
import { printSummary } from "./summary.ts";

const PATIENCE_MS = 30_000;

/** `millwright logs`: the log as it is, or (`follow`) as it grows until the build has ended. */
export async function printLog(session: Session, command: string, text: string, follow: boolean): Promise<number> {
  const id = positiveNumber(command, "The build", text);
  const api = await session.connect();
  const build = await api.get<BuildDetails>(`/builds/${segment(id)}`); // an unknown build fails here, at once
  if (follow) {
    const outcome = await followToEnd(session, api, id, "log");
    if ("exitCode" in outcome) return outcome.exitCode;
    printSummary(session.output, outcome.value);
    session.answer(outcome.value, () => {});
    return exitCodeOfBuild(outcome.value);
  }
  const kept: Buffer[] = [];
  const keep = (bytes: Buffer) => void kept.push(bytes);
  const reader = new LogReader(api, id, session.json ? keep : (bytes) => session.output.log(bytes));
  const outcome = await untilInterrupted(
    (signal) => reader.readNow({ signal, patienceMs: PATIENCE_MS, onOutage: () => {} }), // the first request was answered: it comes back
  );
  session.output.finishLog();
  if ("exitCode" in outcome) return outcome.exitCode;
  session.answer({ build: id, length: reader.offset, log: Buffer.concat(kept).toString() }, (output) => {
    if (!hasEnded(build)) output.note(`Build ${id} is ${build.status}. Follow it with: millwright logs ${id} --follow`);
  });
  return EXIT.success;
}
