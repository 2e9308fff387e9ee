import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { call } from "../../client/api.ts";
import { Confirm } from "../../controls/confirm.tsx";
import { say } from "../../frame/notices.tsx";
import { focusPart } from "./focus-part.ts";

interface RemovalProps {
  /** What is removed, such as `the webhook`. */
  what: string;
  name: string;
  path: string;
  verb?: "Delete" | "Revoke" | "Remove";
  onRemoved: () => void;
  /** What happens then. */
  children: ComponentChildren;
}

/** A button that removes something after it asked. */
export function Removal({ what, name, path, verb = "Delete", onRemoved, children }: RemovalProps) {
  const [asking, setAsking] = useState(false);
  const remove = async () => {
    await call("DELETE", path);
    say(`${name}: ${verb.toLowerCase()}d.`);
    setAsking(false);
    onRemoved();
    focusPart();
  };
  return (
    <>
      <button type="button" class="danger small" aria-label={`${verb} ${name}`} onClick={() => setAsking(true)}>
        {verb}
      </button>
      {asking && (
        <Confirm title={`${verb} ${what} ${name}?`} verb={verb} onConfirm={remove} onClose={() => setAsking(false)}>
          {children}
        </Confirm>
      )}
    </>
  );
}
