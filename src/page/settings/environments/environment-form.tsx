import { useLocation } from "preact-iso";
import type { NamedSetting } from "../../../protocol/api.ts";
import { call } from "../../client/api.ts";
import { useAction } from "../../client/use-action.ts";
import { type Draft, useDraft } from "../../client/use-draft.ts";
import { Field } from "../../controls/field.tsx";
import { Form } from "../../controls/form.tsx";
import { PairRows } from "../../controls/pair-rows.tsx";
import { namesTwice, type Pair } from "../../controls/pairs.ts";
import { say } from "../../frame/notices.tsx";
import { settingAddress } from "../part/use-settings.ts";
import {
  type EnvironmentDraft,
  environmentDraftOf,
  environmentRequestOf,
  shownOf,
  variableFault,
} from "./environment-draft.ts";
import { FileRows } from "./file-rows.tsx";

interface EnvironmentFormProps {
  account: string;
  item: NamedSetting | undefined;
}

/** An environment is written whole: what it keeps secret has to be entered again. */
export function EnvironmentForm({ account, item }: EnvironmentFormProps) {
  const { route } = useLocation();
  const draft = useDraft(() => environmentDraftOf(item));
  const { name, variables, secrets, files } = draft.value;
  const twice = namesTwice(variables, secrets, files);
  const faultOf = (pair: Pick<Pair, "name">) => variableFault(pair.name, twice);
  const isFaulty = [...variables, ...secrets, ...files].some((row) => faultOf(row) !== undefined);
  const kept = item && shownOf(item);
  const holdsSecrets = kept !== undefined && kept.secretNames.length + kept.fileNames.length > 0;
  const back = () => route("/settings/environments");
  const saving = useAction(async () => {
    await call("PUT", settingAddress("/environments", name, account), environmentRequestOf(draft.value));
    say(`The environment ${name} was saved.`);
    back();
  });
  return (
    <Form action={saving} submit={item ? "Save" : "Add the environment"} disabled={isFaulty} onCancel={back}>
      {!item && (
        <Field label="Name" hint="Builds name it, such as Production. One of the same name is replaced.">
          <input {...draft.text("name")} required maxLength={200} autocomplete="off" />
        </Field>
      )}
      {holdsSecrets && (
        <p class="notice">
          An environment is written as a whole, and what is secret isn't told to this page: enter secrets and choose
          files again, or remove those that aren't needed.
        </p>
      )}
      <EnvironmentRows draft={draft} faultOf={faultOf} />
    </Form>
  );
}

interface EnvironmentRowsProps {
  draft: Draft<EnvironmentDraft>;
  faultOf: (row: Pick<Pair, "name">) => string | undefined;
}

function EnvironmentRows({ draft, faultOf }: EnvironmentRowsProps) {
  const { variables, secrets, files } = draft.value;
  return (
    <>
      <fieldset>
        <legend>Variables</legend>
        <PairRows
          what="variable"
          pairs={variables}
          faultOf={faultOf}
          onChange={(rows) => draft.change({ variables: rows })}
        />
      </fieldset>
      <fieldset>
        <legend>Secrets</legend>
        <PairRows
          what="secret"
          secret
          pairs={secrets}
          faultOf={faultOf}
          onChange={(rows) => draft.change({ secrets: rows })}
        />
      </fieldset>
      <fieldset>
        <legend>Files</legend>
        <FileRows rows={files} faultOf={faultOf} onChange={(rows) => draft.change({ files: rows })} />
      </fieldset>
    </>
  );
}
