import { errorOf, type Failure } from "../../base/errors/millwright-error.ts";
import { wait } from "../../base/time/wait.ts";
import { formatDuration } from "../../base/units.ts";
import type { Agent } from "../../protocol/api.ts";
import type { Api } from "../client/api.ts";
import { persist } from "../client/persist.ts";
import type { Session } from "../session.ts";
import type { Style } from "../terminal/style.ts";

const LOOK_MS = 1_000;
const FRAME_MS = 100;
/** How long a controller may be away: long enough for its upgrade. */
const PATIENCE_MS = 10 * 60_000;

/**
 * Waits until nothing runs on the agent any more, over outages of the controller, with a last line that tells what still
 * does. Undefined when it was interrupted. Throws AGENT_RESUMED.
 */
export async function untilDrained(
  session: Session,
  api: Api,
  agent: Agent,
  signal: AbortSignal,
): Promise<Agent | undefined> {
  const { output } = session;
  const beganMs = Date.now();
  let now = agent;
  let away = false;
  const draw = () => output.status(away ? outage(output.style) : statusLine(now, Date.now() - beganMs, output.style));
  const timer = output.live ? setInterval(draw, FRAME_MS) : undefined;
  const onOutage = (failure: Failure | undefined) => {
    away = failure !== undefined;
  };
  const look = async () => {
    const { agents } = await api.get<{ agents: Agent[] }>("/agents", {}, signal);
    now = agents.find(({ id }) => id === agent.id) ?? now;
    if (now.hold?.kind !== "drain") throw errorOf("AGENT_RESUMED", { agent: agent.name });
    return now.hold.done;
  };
  try {
    await persist(
      async (contact) => {
        while (!signal.aborted) {
          const done = await look();
          contact.answered();
          contact.advanced();
          if (done) break;
          await wait(LOOK_MS, signal);
        }
        return true;
      },
      { signal, patienceMs: PATIENCE_MS, onOutage },
    );
    return now.hold?.done ? now : undefined;
  } finally {
    clearInterval(timer);
    output.status("");
  }
}

function statusLine({ name, running }: Agent, elapsedMs: number, style: Style): string {
  const what =
    running.length === 0 ? "builds to end" : `${running.length === 1 ? "build" : "builds"} ${running.join(", ")}`;
  const time = style.tone("quiet", `  ${formatDuration(elapsedMs)}`);
  return `${style.spinner(Date.now())} Draining ${style.tone("strong", name)}, waiting for ${what}${time}`;
}

function outage(style: Style): string {
  return `${style.spinner(Date.now())} ${style.tone("warn", "The controller doesn't answer. Trying again; the agent drains on.")}`;
}
