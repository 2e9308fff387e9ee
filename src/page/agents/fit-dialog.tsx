import { useId, useState } from "preact/hooks";
import type { AgentFit, TargetPlatforms } from "../../protocol/queue-api.ts";
import { queryOf } from "../client/api.ts";
import { useResource } from "../client/use-resource.ts";
import { Dialog } from "../controls/dialog.tsx";
import { FailureBox } from "../controls/failure-box.tsx";
import { Field } from "../controls/field.tsx";

/** Which agents could build for a target platform, and why the others can't. */
export function FitDialog({ onClose }: { onClose: () => void }) {
  const list = useId();
  const [platform, setPlatform] = useState("ios");
  const [name, setName] = useState("");
  const names = useResource<TargetPlatforms>("/target-platforms").value?.targetPlatforms ?? [];
  const { value, failure } = useResource<{ agents: AgentFit[] }>(
    `/target-platforms/fit${queryOf({ platform, targetPlatform: name })}`,
  );
  return (
    <Dialog title="Who can build it?" onClose={onClose}>
      <div class="grid-form">
        <Field label="Platform">
          <select value={platform} onChange={(event) => setPlatform(event.currentTarget.value)}>
            <option value="ios">iOS</option>
            <option value="android">Android</option>
            <option value="web">Web</option>
          </select>
        </Field>
        <Field label="Target platform" hint="Empty: none is asked for.">
          <input value={name} list={list} autocomplete="off" onChange={(event) => setName(event.currentTarget.value)} />
        </Field>
        <datalist id={list}>
          {names.map((each) => (
            <option key={each} value={each} />
          ))}
        </datalist>
      </div>
      <FailureBox failure={failure} />
      {!failure && value && <Fits agents={value.agents} />}
    </Dialog>
  );
}

function Fits({ agents }: { agents: readonly AgentFit[] }) {
  if (agents.length === 0) return <p class="quiet">No agent has ever connected.</p>;
  return (
    <ul class="fits" aria-live="polite">
      {agents.map(({ agent, fits, because, reason }) => (
        <li key={agent}>
          <strong>
            {fits ? (because ? "…" : "✓") : "✗"} {agent}
          </strong>{" "}
          {reason === "" ? "can build it now" : reason}
        </li>
      ))}
    </ul>
  );
}
