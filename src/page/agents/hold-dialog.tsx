import { useState } from "preact/hooks";
import type { Agent } from "../../protocol/api.ts";
import type { HoldKind, HoldRequest } from "../../protocol/page-api.ts";
import { call } from "../client/api.ts";
import { useAction } from "../client/use-action.ts";
import { Dialog } from "../controls/dialog.tsx";
import { FailureBox } from "../controls/failure-box.tsx";
import { Field } from "../controls/field.tsx";

interface HoldDialogProps {
  agent: Agent;
  kind: HoldKind;
  onChanged: () => void;
  onClose: () => void;
}

const WHAT = {
  pause: "It gets no new builds until it is resumed. What runs on it goes on.",
  drain: "It gets no new builds, and says so when the last one has ended: then the host can be worked on.",
};

/** Asks why an agent is paused or drained: people whose builds wait are told. */
export function HoldDialog({ agent, kind, onChanged, onClose }: HoldDialogProps) {
  const [reason, setReason] = useState("");
  const hold = useAction(async () => {
    const request: HoldRequest = { kind, reason };
    await call("PUT", `/agents/${agent.id}/hold`, request);
    onChanged();
    onClose();
  });
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    void hold.run();
  };
  const verb = kind === "pause" ? "Pause" : "Drain";
  return (
    <Dialog title={`${verb} ${agent.name}`} onClose={onClose}>
      <form onSubmit={submit}>
        <p>{WHAT[kind]}</p>
        <Field label="Reason" hint="Shown to everyone whose build waits for it.">
          <input value={reason} required maxlength={200} onInput={(event) => setReason(event.currentTarget.value)} />
        </Field>
        <FailureBox failure={hold.failure} />
        <div class="dialog-actions">
          <button type="button" onClick={onClose}>
            No, go back
          </button>
          <button type="submit" class="primary" disabled={hold.running}>
            {verb}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
