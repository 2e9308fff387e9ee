import type { ComponentChildren } from "preact";
import type { Action } from "../client/use-action.ts";
import { FailureBox } from "./failure-box.tsx";
import "./form.css";

interface FormProps {
  action: Pick<Action<[]>, "run" | "running" | "failure">;
  /** The words on the button that sends it. */
  submit: string;
  disabled?: boolean;
  onCancel?: (() => void) | undefined;
  children: ComponentChildren;
}

/** Fields, what went wrong, and the button; Enter sends it too. What was typed stays when it is refused. */
export function Form({ action, submit, disabled = false, onCancel, children }: FormProps) {
  const send = (event: SubmitEvent) => {
    event.preventDefault();
    if (!disabled) void action.run();
  };
  return (
    <form class="form" onSubmit={send}>
      {children}
      <FailureBox failure={action.failure} />
      <div class="row">
        <button type="submit" class="primary" disabled={disabled || action.running}>
          {action.running ? "One moment…" : submit}
        </button>
        {onCancel && (
          <button type="button" onClick={onCancel}>
            Cancel
          </button>
        )}
      </div>
    </form>
  );
}
