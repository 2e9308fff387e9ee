import { AUDIT_KINDS } from "../../../protocol/audit-api.ts";
import { useDraft } from "../../client/use-draft.ts";
import { Field } from "../../controls/field.tsx";

export interface AuditFilter {
  kind: string;
  name: string;
  build: string;
}

export const EVERYTHING: AuditFilter = { kind: "", name: "", build: "" };

/** Which entries are shown. */
export function AuditFilters({ onFilter }: { onFilter: (filter: AuditFilter) => void }) {
  const draft = useDraft(EVERYTHING);
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    onFilter(draft.value);
  };
  const clear = () => {
    draft.change(EVERYTHING);
    onFilter(EVERYTHING);
  };
  return (
    <form class="block audit-filters" onSubmit={submit}>
      <Field label="Kind">
        <select {...draft.text("kind")}>
          <option value="">all kinds</option>
          {AUDIT_KINDS.map((kind) => (
            <option key={kind}>{kind}</option>
          ))}
        </select>
      </Field>
      <Field label="Name">
        <input {...draft.text("name")} autocomplete="off" spellcheck={false} />
      </Field>
      <Field label="Build">
        <input {...draft.text("build")} type="number" min={1} inputMode="numeric" />
      </Field>
      <div class="row">
        <button type="submit">Filter</button>
        <button type="button" class="quiet-button" onClick={clear}>
          Clear
        </button>
      </div>
    </form>
  );
}
