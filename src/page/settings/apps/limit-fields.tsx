import type { Draft } from "../../client/use-draft.ts";
import { Field } from "../../controls/field.tsx";
import type { AppDraft } from "./app-draft.ts";

const MOST_DAYS = 36_500;
const MOST_MINUTES = 10_080;

/** How long things are kept and builds may take. */
export function LimitFields({ draft }: { draft: Draft<AppDraft> }) {
  return (
    <fieldset>
      <legend>Limits</legend>
      <div class="grid-form">
        <Field label="Keep files, in days" hint="Empty: as long as those of all apps.">
          <input {...draft.text("keepArtifactsDays")} type="number" min={1} max={MOST_DAYS} inputMode="numeric" />
        </Field>
        <Field label="Keep logs, in days" hint="Empty: as long as those of all apps.">
          <input {...draft.text("keepLogsDays")} type="number" min={1} max={MOST_DAYS} inputMode="numeric" />
        </Field>
        <Field label="Time-out, in minutes" hint="Empty: as the build hosts say.">
          <input {...draft.text("timeoutMinutes")} type="number" min={1} max={MOST_MINUTES} inputMode="numeric" />
        </Field>
      </div>
    </fieldset>
  );
}
