import { errorOf, type MillwrightError } from "../../base/errors/millwright-error.ts";
import type { CommandEnd } from "../job/command.ts";

const MOST_NAMED = 5;

/**
 * The error of a command that speaks of servers which this build host lets no build reach; undefined where it speaks of none: a
 * program may have asked for something that it can do without.
 */
export function refusedHosts(
  output: readonly string[],
  { refused = [], words }: Pick<CommandEnd, "refused" | "words">,
  agentName: string,
): MillwrightError | undefined {
  const said = output.filter((line) => !line.startsWith("! refused: "));
  const missed = refused.filter((target) => said.some((line) => line.includes(target.replace(/:\d+$/, ""))));
  if (missed.length === 0) return undefined;
  const hosts = missed.slice(0, MOST_NAMED).join(", ");
  return errorOf(
    "NETWORK_HOST_REFUSED",
    { hosts, command: words, host: agentName },
    { detail: said.slice(-20).join("\n") },
  );
}
