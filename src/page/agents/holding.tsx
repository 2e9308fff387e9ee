import { useState } from "preact/hooks";
import type { Agent } from "../../protocol/api.ts";
import type { Maintenance } from "../../protocol/maintenance-api.ts";
import type { HoldKind } from "../../protocol/page-api.ts";
import { call } from "../client/api.ts";
import { useAction } from "../client/use-action.ts";
import { FailureBox } from "../controls/failure-box.tsx";
import { Ago } from "../controls/moments.tsx";
import { say } from "../frame/notices.tsx";
import { me } from "../session/session.ts";
import { HoldDialog } from "./hold-dialog.tsx";

interface HoldingProps {
  agent: Agent;
  onChanged: () => void;
}

/** Whether the agent is kept from new builds, by whom and why; for operators, how to change it. */
export function Holding({ agent, onChanged }: HoldingProps) {
  const [asking, setAsking] = useState<HoldKind | undefined>();
  const resume = useAction(async () => {
    await call("DELETE", `/agents/${agent.id}/hold`);
    say(`${agent.name} takes builds again.`);
    onChanged();
  });
  return (
    <div class="holding">
      {agent.hold && <Held hold={agent.hold} />}
      {agent.maintenance && <InMaintenance maintenance={agent.maintenance} />}
      <FailureBox failure={resume.failure} />
      {me.value?.operator && (
        <div class="row">
          {agent.hold && (
            <button type="button" disabled={resume.running} onClick={() => resume.run()}>
              Resume<span class="only-heard"> {agent.name}</span>
            </button>
          )}
          {agent.hold?.kind !== "pause" && <HoldButton agent={agent} kind="pause" onAsk={setAsking} />}
          {agent.hold?.kind !== "drain" && <HoldButton agent={agent} kind="drain" onAsk={setAsking} />}
        </div>
      )}
      {asking && <HoldDialog agent={agent} kind={asking} onChanged={onChanged} onClose={() => setAsking(undefined)} />}
    </div>
  );
}

function HoldButton({ agent, kind, onAsk }: { agent: Agent; kind: HoldKind; onAsk: (kind: HoldKind) => void }) {
  return (
    <button type="button" onClick={() => onAsk(kind)}>
      {kind === "pause" ? "Pause" : "Drain"}
      <span class="only-heard"> {agent.name}</span>
    </button>
  );
}

function InMaintenance({ maintenance: { untilInWords, by, reason } }: { maintenance: Maintenance }) {
  return (
    <p class="quiet held">
      In maintenance until {untilInWords}, by {by}
      {reason && `: ${reason}`}
    </p>
  );
}

function Held({ hold }: { hold: NonNullable<Agent["hold"]> }) {
  const state = hold.kind === "pause" ? "Paused" : hold.done ? "Drained" : "Draining";
  return (
    <p class="quiet held">
      {state} by {hold.by}, <Ago at={hold.at} />
      {hold.reason && `: ${hold.reason}`}
    </p>
  );
}
