import { type ComponentChildren, cloneElement, type VNode } from "preact";
import { useId } from "preact/hooks";
import "./field.css";

interface FieldProps {
  label: string;
  hint?: ComponentChildren;
  /** What is wrong with what was entered. */
  wrong?: string | undefined;
  /** An input, select or textarea. */
  children: VNode<Record<string, unknown>>;
}

/** A labelled control with its hint; both are told to screen readers. */
export function Field({ label, hint, wrong, children }: FieldProps) {
  const id = useId();
  const about = [hint ? `${id}-hint` : "", wrong ? `${id}-wrong` : ""].filter(Boolean).join(" ");
  const told = { id, ...(about ? { "aria-describedby": about } : {}), ...(wrong ? { "aria-invalid": "true" } : {}) };
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {cloneElement(children, told)}
      {wrong && (
        <p class="field-wrong" id={`${id}-wrong`}>
          {wrong}
        </p>
      )}
      {hint && (
        <p class="field-hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
    </div>
  );
}
