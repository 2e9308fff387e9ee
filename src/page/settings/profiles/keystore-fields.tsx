import type { Draft } from "../../client/use-draft.ts";
import { Field } from "../../controls/field.tsx";
import { FileField } from "../../controls/file-field.tsx";
import { MOST_FILE_BYTES, type ProfileDraft } from "./profile-draft.ts";

/** An Android keystore with what opens it. */
export function KeystoreFields({ draft }: { draft: Draft<ProfileDraft> }) {
  return (
    <fieldset>
      <legend>Android keystore</legend>
      <FileField
        label="Keystore"
        hint="A .jks, .keystore or .p12 file."
        accept=".jks,.keystore,.p12,.pfx"
        mostBytes={MOST_FILE_BYTES}
        required={!draft.value.keystore}
        onChosen={([keystore]) => draft.change({ keystore })}
      />
      <div class="grid-form">
        <Field label="Password of the keystore">
          <input {...draft.text("storePassword")} type="password" autocomplete="new-password" required />
        </Field>
        <Field label="Alias of the key">
          <input
            {...draft.text("alias")}
            required
            pattern=".*\S.*"
            maxLength={200}
            autocomplete="off"
            spellcheck={false}
          />
        </Field>
        <Field label="Password of the key (optional)" hint="Empty: the keystore's.">
          <input {...draft.text("keyPassword")} type="password" autocomplete="new-password" />
        </Field>
      </div>
    </fieldset>
  );
}
