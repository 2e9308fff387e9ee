import type { Draft } from "../../client/use-draft.ts";
import { Check } from "../../controls/check.tsx";
import type { AppDraft } from "./app-draft.ts";

/** What a push does. */
export function PushFields({ draft }: { draft: Draft<AppDraft> }) {
  return (
    <fieldset>
      <legend>When somebody pushes</legend>
      <Check label="Make a web build of it" hint="A zip of the web part alone." {...draft.tick("deployOnPush")} />
      <Check
        label="Cancel what older pushes to the branch began"
        hint="Only builds that haven't ended; those that people asked for stay."
        {...draft.tick("cancelOlder")}
      />
    </fieldset>
  );
}
