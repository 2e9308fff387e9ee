import type { ComponentChildren } from "preact";
import { CopyButton } from "./copy-button.tsx";
import { Dialog } from "./dialog.tsx";
import "./secret-once.css";

interface SecretOnceProps {
  title: string;
  secret: string;
  /** What it is for, and where it goes. */
  children: ComponentChildren;
  onClose: () => void;
}

/** Shows what the controller tells only this once. */
export function SecretOnce({ title, secret, children, onClose }: SecretOnceProps) {
  return (
    <Dialog title={title} onClose={onClose}>
      <div>{children}</div>
      <p class="notice">Copy it now: it isn't shown again.</p>
      <CopiedLine text={secret} label="Copy" />
      <div class="dialog-actions">
        <button type="button" class="primary" onClick={onClose}>
          I have it
        </button>
      </div>
    </Dialog>
  );
}

/** A text for another program, with a button that copies it. */
export function CopiedLine({ text, label = "Copy" }: { text: string; label?: string }) {
  return (
    <div class="copied-line">
      <code>{text}</code>
      <CopyButton text={text} label={label} />
    </div>
  );
}
