import type { Draft } from "../../client/use-draft.ts";
import { Check } from "../../controls/check.tsx";
import { Field } from "../../controls/field.tsx";
import type { AppDraft } from "./app-draft.ts";

interface RepositoryFieldsProps {
  draft: Draft<AppDraft>;
  hasPassword?: boolean;
}

/** Where an app's code comes from. */
export function RepositoryFields({ draft, hasPassword = false }: RepositoryFieldsProps) {
  const { ownRemote } = draft.value;
  return (
    <fieldset>
      <legend>Code</legend>
      <div class="choices">
        <Check
          type="radio"
          name="remote"
          label="A repository elsewhere"
          hint="Of GitHub, GitLab, Bitbucket, or any address that git can clone from."
          checked={!ownRemote}
          onChange={() => draft.change({ ownRemote: false })}
        />
        <Check
          type="radio"
          name="remote"
          label="A remote of this controller"
          hint="You push to Millwright; nothing else needs to reach your code."
          checked={ownRemote}
          onChange={() => draft.change({ ownRemote: true })}
        />
      </div>
      {!ownRemote && <Elsewhere draft={draft} hasPassword={hasPassword} />}
      <Field label="Subfolder (optional)" hint="Where the project is, when it isn't at the repository's root.">
        <input {...draft.text("subfolder")} placeholder="apps/mobile" spellcheck={false} />
      </Field>
    </fieldset>
  );
}

function Elsewhere({ draft, hasPassword }: Required<RepositoryFieldsProps>) {
  const passwordHint = hasPassword
    ? "One is stored. Leave it empty to keep that one."
    : "A token that may read is enough. It is stored encrypted and never shown.";
  return (
    <>
      <Field label="Git address">
        <input
          {...draft.text("gitUrl")}
          placeholder="https://git.example.com/team/app.git"
          required
          spellcheck={false}
          autocomplete="off"
        />
      </Field>
      <div class="grid-form">
        <Field label="User name (optional)" hint="Only for private repositories by https.">
          <input {...draft.text("gitUsername")} autocomplete="off" spellcheck={false} />
        </Field>
        <Field label="Password or token (optional)" hint={passwordHint}>
          <input {...draft.text("gitPassword")} type="password" autocomplete="new-password" />
        </Field>
      </div>
    </>
  );
}
