import { StringDecoder } from "node:string_decoder";
import { errorOf } from "../../base/errors/millwright-error.ts";
import type { BuildDetails } from "../../protocol/api.ts";
import { parsed, piecesOf } from "./answers.ts";
import { type Api, segment } from "./api.ts";
import { type Contact, type Patience, persist } from "./persist.ts";

/** Whether a build can change no more. */
export function hasEnded(build: { status: BuildDetails["status"] }): boolean {
  return build.status === "success" || build.status === "failed" || build.status === "canceled";
}

/**
 * Calls `onState` with the build as it is and after each change, over lost connections, until it has ended. Resolves with
 * its end, or undefined when `patience.signal` aborted.
 */
export async function watchBuild(
  api: Api,
  id: number,
  onState: (build: BuildDetails) => void,
  patience: Patience,
): Promise<BuildDetails | undefined> {
  let end: BuildDetails | undefined;
  const attempt = async (contact: Contact) => {
    const response = await api.open(`/builds/${segment(id)}/watch`, {}, { signal: patience.signal });
    contact.answered();
    for await (const build of snapshotsOf(piecesOf(response, api.url), api.url)) {
      if (patience.signal.aborted) return true;
      contact.advanced();
      onState(build);
      if (!hasEnded(build)) continue;
      end = build;
      return true;
    }
    return false;
  };
  await persist(attempt, patience);
  return end;
}

async function* snapshotsOf(pieces: AsyncIterable<Buffer>, url: string): AsyncGenerator<BuildDetails> {
  const decoder = new StringDecoder("utf8");
  let text = "";
  for await (const piece of pieces) {
    const lines = (text + decoder.write(piece)).split("\n");
    text = lines.pop() ?? "";
    for (const line of lines) if (line.trim() !== "") yield snapshotOf(line, url);
  }
}

function snapshotOf(line: string, url: string): BuildDetails {
  const value = parsed(line) as Partial<BuildDetails> | null | undefined;
  if (typeof value?.id === "number" && typeof value.status === "string") return value as BuildDetails;
  throw errorOf("ANSWER_NOT_UNDERSTOOD", { url, reason: `A line of /watch is no build: ${line.slice(0, 120)}` });
}
