import type { ComponentChildren } from "preact";
import { useAction } from "../client/use-action.ts";
import { Dialog } from "./dialog.tsx";
import { FailureBox } from "./failure-box.tsx";

interface ConfirmProps {
  title: string;
  /** What will happen. */
  children: ComponentChildren;
  /** The word on the button, such as `Delete`. */
  verb: string;
  onConfirm: () => Promise<unknown>;
  onClose: () => void;
}

/** Asks before something that can't be taken back. */
export function Confirm({ title, children, verb, onConfirm, onClose }: ConfirmProps) {
  const action = useAction(onConfirm);
  const confirm = async () => {
    if (await action.run()) onClose();
  };
  return (
    <Dialog title={title} onClose={onClose}>
      <p>{children}</p>
      <FailureBox failure={action.failure} />
      <div class="dialog-actions">
        <button type="button" onClick={onClose}>
          No, go back
        </button>
        <button type="button" class="danger" disabled={action.running} onClick={confirm}>
          {verb}
        </button>
      </div>
    </Dialog>
  );
}
