import type { ChosenFile } from "../../client/read-file.ts";
import type { Draft } from "../../client/use-draft.ts";
import { Field } from "../../controls/field.tsx";
import { FileField } from "../../controls/file-field.tsx";
import { MOST_FILE_BYTES, type ProfileDraft, withFiles } from "./profile-draft.ts";

/** Apple's certificate with its key, and the provisioning profiles that allow it. */
export function P12Fields({ draft }: { draft: Draft<ProfileDraft> }) {
  const { p12, provisioning } = draft.value;
  return (
    <fieldset>
      <legend>iOS certificate</legend>
      <div class="grid-form">
        <FileField
          label="Certificate with key"
          hint="A .p12 file, as Keychain Access exports it."
          accept=".p12,.pfx"
          mostBytes={MOST_FILE_BYTES}
          required={!p12}
          onChosen={([chosen]) => draft.change({ p12: chosen })}
        />
        <Field label="Password of the file" hint="Empty when it has none.">
          <input {...draft.text("p12Password")} type="password" autocomplete="new-password" />
        </Field>
      </div>
      <FileField
        label="Provisioning profiles"
        hint="One for the app, and one for each of its extensions. Several can be chosen, also one after the other."
        accept=".mobileprovision"
        multiple
        mostBytes={MOST_FILE_BYTES}
        required={provisioning.length === 0}
        onChosen={(chosen) => draft.change({ provisioning: withFiles(provisioning, chosen) })}
      />
      <ChosenFiles files={provisioning} onRemove={(left) => draft.change({ provisioning: left })} />
    </fieldset>
  );
}

function ChosenFiles({ files, onRemove }: { files: ChosenFile[]; onRemove: (left: ChosenFile[]) => void }) {
  if (files.length === 0) return null;
  return (
    <ul class="chosen-files">
      {files.map((file) => (
        <li key={file.fileName} class="row">
          <span>{file.fileName}</span>
          <button
            type="button"
            class="small"
            aria-label={`Leave out ${file.fileName}`}
            onClick={() => onRemove(files.filter((each) => each !== file))}
          >
            Leave out
          </button>
        </li>
      ))}
    </ul>
  );
}
