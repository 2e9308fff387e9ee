import { useComputed } from "@preact/signals";
import { useEffect, useState } from "preact/hooks";
import type { Agent } from "../../protocol/api.ts";
import { useResource } from "../client/use-resource.ts";
import { FailureBox } from "../controls/failure-box.tsx";
import { now } from "../controls/now.ts";
import { useTitle } from "../frame/title.ts";
import { AgentCard } from "./agent-card.tsx";
import { FitDialog } from "./fit-dialog.tsx";
import "./agents.css";

const LOOK_EVERY_SECONDS = 3;

/** The hosts that build: whether they are alive, what they can do and what they do. */
export function AgentsPage() {
  useTitle("Agents");
  const [asking, setAsking] = useState(false);
  const { value, failure, loading, reload } = useResource<{ agents: Agent[] }>("/agents");
  const turn = useComputed(() => Math.floor(now.value / 1000 / LOOK_EVERY_SECONDS)).value;
  useEffect(() => {
    if (!loading) reload(); // it would give up what is under way: an answer that takes longer would never come
  }, [turn]);
  return (
    <>
      <div class="row spread agents-head">
        <h1>Agents</h1>
        <button type="button" onClick={() => setAsking(true)}>
          Who can build it?
        </button>
      </div>
      <FailureBox failure={failure} />
      {value?.agents.length === 0 && (
        <p class="empty">
          No agent has ever connected. Start one on a Mac or a Linux host: <code>millwright agent run</code>.
        </p>
      )}
      <ul class="agents">
        {value?.agents.map((agent) => (
          <AgentCard key={agent.id} agent={agent} onChanged={reload} />
        ))}
      </ul>
      {asking && <FitDialog onClose={() => setAsking(false)} />}
    </>
  );
}
