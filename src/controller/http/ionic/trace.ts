import type { Failure } from "../../../base/errors/millwright-error.ts";
import type { Services } from "../../services.ts";
import type { BuildWithApp } from "../../store/build-store.ts";

const MOST_BYTES = 4 * 2 ** 20;
const PIECE = 2 ** 18;
/** Where the end of a log says how the build ended. */
const TAIL = 8192;

/** How much of a log was read so far. Characters that aren't whole yet wait in the decoder. */
export interface Reading {
  at: number;
  text: string;
  decoder: InstanceType<typeof TextDecoder>;
  /** There is more than is shown. */
  cut: boolean;
}

export function beginReading(): Reading {
  return { at: 0, text: "", decoder: new TextDecoder("utf-8", { ignoreBOM: true }), cut: false };
}

/** Reads on to the end of the log or of what is shown. */
export async function readOn(
  { logReader }: Pick<Services, "logReader">,
  build: number,
  reading: Reading,
): Promise<void> {
  while (reading.at < MOST_BYTES) {
    const bytes = await logReader.read(build, reading.at, Math.min(PIECE, MOST_BYTES - reading.at));
    if (bytes.length === 0) return;
    reading.at += bytes.length;
    reading.text += reading.decoder.decode(bytes, { stream: true });
  }
  reading.cut ||= (await logReader.read(build, MOST_BYTES, 1)).length > 0;
}

/** What is shown of a build that goes on: it is the beginning of all that will be shown later. */
export function traceSoFar(build: BuildWithApp, { text, cut }: Reading): string {
  return cut ? text + cutNotice(build) : text;
}

/** What is shown of a build that ended; also why it failed, where its log doesn't say so. */
export function wholeTrace(build: BuildWithApp, reading: Reading): string {
  if (build.log_removed_at !== null)
    return `The log of build ${build.id} was removed: logs are kept for some time only.\n`;
  const text = reading.cut ? traceSoFar(build, reading) : reading.text + reading.decoder.decode();
  const ending = endingOf(build, reading.cut ? "" : text.slice(-TAIL));
  return ending === "" ? text : `${text}${text === "" || text.endsWith("\n") ? "" : "\n"}${ending}`;
}

function cutNotice(build: BuildWithApp): string {
  const shown = MOST_BYTES / 2 ** 20;
  return `\n[The log goes on: only its first ${shown} MiB are shown here. All of it: millwright logs ${build.id}]\n`;
}

function endingOf(build: BuildWithApp, tail: string): string {
  if (build.status === "canceled") return tail.includes("Build canceled") ? "" : "The build was canceled.\n";
  if (build.status !== "failed" || build.failure === null) return "";
  const { what, why, next, code, detail } = JSON.parse(build.failure) as Failure;
  if (tail.includes(code)) return "";
  const telling = detail === undefined ? [] : detail.split("\n").map((line) => `    ${line}`);
  return `${["", `✗ ${what}`, ...telling, `Why:   ${why}`, `Next:  ${next}`, `Code:  ${code}`].join("\n")}\n`;
}
