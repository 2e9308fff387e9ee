import type { JobContext } from "../job/context.ts";
import { listFolder, readCommitFile } from "./commit-tree.ts";

const FILES = [".nvmrc", ".node-version"];

/** Which Node a file of the commit asks for: beside the app, else at the root of the repository, as nvm looks upwards. */
export async function readNodeWish(
  context: JobContext,
  subfolder: string,
  entries: ReadonlySet<string>,
): Promise<{ wanted: string; source: string } | undefined> {
  const own = FILES.find((name) => entries.has(name));
  if (own) return wishIn(context, subfolder === "" ? own : `${subfolder}/${own}`);
  if (subfolder === "") return undefined;
  const root = await listFolder(context, "");
  const shared = FILES.find((name) => root?.has(name));
  return shared ? wishIn(context, shared) : undefined;
}

/** The first line that says something, as nvm reads it. */
async function wishIn(context: JobContext, file: string): Promise<{ wanted: string; source: string } | undefined> {
  const lines = (await readCommitFile(context, file)).split("\n").map((line) => line.replace(/#.*/, "").trim());
  const wanted = lines.find((line) => line !== "");
  return wanted ? { wanted, source: file } : undefined;
}
