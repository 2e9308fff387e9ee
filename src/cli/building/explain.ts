import type { AgentFit, BuildExplanation } from "../../protocol/queue-api.ts";
import { segment } from "../client/api.ts";
import { EXIT } from "../exit-codes.ts";
import type { Session } from "../session.ts";
import type { Output } from "../terminal/output.ts";
import type { Style } from "../terminal/style.ts";
import { type Column, tableLines } from "../terminal/table.ts";
import { harmless, wrap } from "../terminal/text.ts";
import { positiveNumber } from "../usage.ts";
import { paintStatus } from "./describe.ts";

/** `millwright explain`. */
export async function explainBuild(session: Session, command: string, text: string): Promise<number> {
  const id = positiveNumber(command, "The build", text);
  const explanation = await (await session.connect()).get<BuildExplanation>(`/builds/${segment(id)}/explain`);
  session.answer(explanation, (output) => print(output, explanation));
  return EXIT.success;
}

function print(output: Output, explanation: BuildExplanation): void {
  const { build, status, summary, requirement, agents, remedies } = explanation;
  const { style } = output;
  output.line(`${style.tone("strong", `Build ${build}`)} is ${paintStatus(status, status, style)}.`);
  for (const line of wrap(harmless(summary), style.kind.columns())) output.line(line);
  if (requirement) output.line(`It needs ${harmless(needed(requirement))}.`);
  if (agents.length > 0) {
    output.line();
    for (const line of fitLines(agents, style)) output.line(line);
  }
  if (remedies.length === 0) return;
  output.line();
  output.line("It begins when:");
  for (const remedy of remedies) output.line(`  ${harmless(remedy)}`);
}

/** A table of agents: whether each has what is needed, and what keeps it from taking a build now. */
export function fitLines(agents: readonly AgentFit[], style: Style): string[] {
  const tone = ({ fits, because }: AgentFit) => (fits ? (because ? "warn" : "good") : "quiet");
  const columns: Column<AgentFit>[] = [
    { title: "AGENT", cell: ({ agent }) => agent },
    { title: "STATE", cell: ({ state }) => state },
    { title: "FITS", cell: ({ fits }) => (fits ? "yes" : "no"), paint: (text, fit) => style.tone(tone(fit), text) },
    { title: "WHY NOT NOW", cell: ({ reason }) => reason },
  ];
  return tableLines(agents, columns, style);
}

/** `a host for ios with macOS, Xcode 26.0, the name lab (macOS - 2026.10)`. */
function needed({ platform, targetPlatform, os, xcode, label }: NonNullable<BuildExplanation["requirement"]>): string {
  const parts = [
    ...(os ? [{ macos: "macOS", linux: "Linux" }[os]] : []),
    ...(xcode ? [`Xcode ${xcode}`] : []),
    ...(label ? [`the name ${label}`] : []),
  ];
  const having = parts.length > 0 ? ` with ${parts.join(", ")}` : "";
  return `a host for ${platform}${having}${targetPlatform ? ` (${targetPlatform})` : ""}`;
}
