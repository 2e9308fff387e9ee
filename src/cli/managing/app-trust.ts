import type { App, AppChangeRequest } from "../../protocol/app-api.ts";
import { segment } from "../client/api.ts";
import { EXIT } from "../exit-codes.ts";
import type { Session } from "../session.ts";
import { usageError } from "../usage.ts";

/** `millwright apps trust`: shows the rule when nothing is given, else replaces it. */
export async function trustBranches(
  session: Session,
  command: string,
  name: string,
  branches: readonly string[],
  { all, none }: { all?: true; none?: true },
): Promise<number> {
  if ([branches.length > 0, all, none].filter(Boolean).length > 1) {
    throw usageError(command, "Name branches, or --all, or --none.");
  }
  const path = `/apps/${segment(name)}`;
  const controller = await session.connect();
  const change: AppChangeRequest = { trustedBranches: all ? null : [...branches] };
  const shows = branches.length === 0 && !all && !none;
  const app = shows ? await controller.get<App>(path) : await controller.send<App>("PATCH", path, change);
  session.answer(app, (output) => output.line(`${app.name}: ${wordsOf(app.trustedBranches)}`));
  return EXIT.success;
}

function wordsOf(branches: readonly string[] | null): string {
  if (branches === null) return "builds of every commit get secrets; millwright apps trust NAME BRANCH… changes that";
  if (branches.length === 0) return "no build gets secrets";
  return `builds of these branches get secrets: ${branches.join(", ")}`;
}
