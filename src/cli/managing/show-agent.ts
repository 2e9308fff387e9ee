import { errorOf } from "../../base/errors/millwright-error.ts";
import { formatSize } from "../../base/units.ts";
import type { Agent } from "../../protocol/api.ts";
import { EXIT } from "../exit-codes.ts";
import type { Session } from "../session.ts";
import { ago } from "../terminal/ago.ts";
import { tableLines } from "../terminal/table.ts";
import { harmless } from "../terminal/text.ts";
import { keyLines } from "./agent-keys.ts";

/** `millwright agents show`. Throws NOT_FOUND. */
export async function showAgent(session: Session, wanted: string): Promise<number> {
  const { agents } = await (await session.connect()).get<{ agents: Agent[] }>("/agents");
  const agent = agents.find(({ id, name }) => name === wanted || id === wanted);
  if (!agent) {
    const known = agents.map(({ name }) => name).join(", ");
    const reason = known ? `There are: ${known}.` : "There is none yet.";
    throw errorOf("NOT_FOUND", { kind: "agent", name: wanted, reason });
  }
  session.answer(agent, (output) => {
    const rows = linesOf(agent, Date.now()).filter(([, said]) => said !== "");
    const columns = [
      { title: "AGENT", cell: ([title]: [string, string]) => title },
      { title: agent.name, cell: ([, said]: [string, string]) => said },
    ];
    for (const line of tableLines(rows, columns, output.style)) output.line(line);
    for (const line of [...agent.reasons.map(harmless), ...keyLines([agent])]) output.line(line);
  });
  return EXIT.success;
}

function linesOf(agent: Agent, now: number): [string, string][] {
  const { state, platforms, running, slots, diskFreeBytes, lastContactAt, os, arch, version } = agent;
  const supported = platforms.filter((each) => each.supported).map(({ platform }) => platform);
  return [
    ["State", `${state}, seen ${ago(lastContactAt, now)}`],
    ["Builds", supported.join(", ")],
    ["Running", `${running.join(", ") || "nothing"} (${running.length} of ${slots})`],
    ["Disk free", formatSize(diskFreeBytes)],
    ["Host", [os, arch, `release ${version}`].filter(Boolean).join(", ")],
    ["Key", keySays(agent, now)],
  ];
}

/** How an agent proves who it is, since when, and when it did so last. */
function keySays({ key }: Agent, now: number): string {
  if (!key) return "none of its own: it shows the token that agents share";
  const { joinedAt, madeAt, lastUsedAt, replacing } = key;
  const days = Math.floor((now - Date.parse(madeAt)) / 86_400_000);
  const made = madeAt === joinedAt ? "joined" : "made";
  const said = [`${days} ${days === 1 ? "day" : "days"} old (${made} ${madeAt.slice(0, 10)})`];
  if (lastUsedAt) said.push(`used ${ago(lastUsedAt, now)}`);
  if (replacing) said.push("a new one is announced");
  return said.join(", ");
}
