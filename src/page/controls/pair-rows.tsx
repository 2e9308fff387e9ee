import { useRef } from "preact/hooks";
import { type Pair, withoutPair, withPair } from "./pairs.ts";
import "./pair-rows.css";

interface PairRowsProps {
  /** What one row is, such as `variable`. */
  what: string;
  pairs: readonly Pair[];
  onChange: (pairs: Pair[]) => void;
  /** Hides what is typed as the value. */
  secret?: boolean;
  /** What is wrong with a name. */
  faultOf?: (pair: Pair) => string | undefined;
}

/** Names with their values, a row each; a new row is gone to at once. */
export function PairRows({ what, pairs, onChange, secret = false, faultOf }: PairRowsProps) {
  const list = useRef<HTMLDivElement>(null);
  const add = () => {
    onChange([...pairs, { name: "", value: "" }]);
    window.requestAnimationFrame(() => {
      list.current?.querySelector<HTMLInputElement>(".pair-row:last-of-type input")?.focus();
    });
  };
  const remove = (index: number) => {
    onChange(withoutPair(pairs, index));
    list.current?.querySelector<HTMLButtonElement>(".pair-add")?.focus();
  };
  return (
    <div class="pair-rows" ref={list}>
      {pairs.map((pair, index) => (
        <PairRow
          key={index}
          what={`${what} ${index + 1}`}
          pair={pair}
          secret={secret}
          fault={faultOf?.(pair)}
          onChange={(part) => onChange(withPair(pairs, index, part))}
          onRemove={() => remove(index)}
        />
      ))}
      <button type="button" class="small pair-add" onClick={add}>
        + Add a {what}
      </button>
    </div>
  );
}

interface PairRowProps {
  what: string;
  pair: Pair;
  secret: boolean;
  fault: string | undefined;
  onChange: (part: Partial<Pair>) => void;
  onRemove: () => void;
}

function PairRow({ what, pair, secret, fault, onChange, onRemove }: PairRowProps) {
  const value = {
    "aria-label": `Value of ${pair.name || what}`,
    placeholder: pair.kept ? "Enter it again" : "Value",
    value: pair.value,
    onInput: (event: { currentTarget: HTMLInputElement }) => onChange({ value: event.currentTarget.value }),
  };
  return (
    <div class="pair-row">
      <input
        class="pair-name"
        aria-label={`Name of ${what}`}
        placeholder="Name"
        required
        autocomplete="off"
        spellcheck={false}
        aria-invalid={fault ? "true" : undefined}
        value={pair.name}
        onInput={(event) => onChange({ name: event.currentTarget.value })}
      />
      {secret ? (
        <input type="password" required autocomplete="new-password" {...value} />
      ) : (
        <input autocomplete="off" spellcheck={false} {...value} />
      )}
      <button type="button" class="quiet-button" aria-label={`Remove ${pair.name || what}`} onClick={onRemove}>
        ✕
      </button>
      {fault && (
        <p class="field-wrong pair-fault" role="status">
          {fault}
        </p>
      )}
    </div>
  );
}
