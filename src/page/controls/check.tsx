import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";
import "./field.css";

interface CheckProps {
  label: ComponentChildren;
  hint?: ComponentChildren;
  type?: "checkbox" | "radio";
  /** What all of one choice have in common. */
  name?: string;
  checked: boolean;
  disabled?: boolean;
  onChange: (event: { currentTarget: { checked: boolean } }) => void;
}

/** A box to tick, or one of several to choose, with its label behind it. */
export function Check({ label, hint, type = "checkbox", ...input }: CheckProps) {
  const id = useId();
  const told = hint ? { "aria-describedby": `${id}-hint` } : {};
  return (
    <div class="field">
      <div class="check">
        <input id={id} type={type} {...told} {...input} />
        <label class="check-label" for={id}>
          {label}
        </label>
      </div>
      {hint && (
        <p class="field-hint check-hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
    </div>
  );
}
