import type { App } from "../../../protocol/app-api.ts";
import { call } from "../../client/api.ts";
import { useAction } from "../../client/use-action.ts";
import { useDraft } from "../../client/use-draft.ts";
import { Field } from "../../controls/field.tsx";
import { Form } from "../../controls/form.tsx";
import { say } from "../../frame/notices.tsx";
import { appChangeOf, draftOf } from "./app-draft.ts";
import { LimitFields } from "./limit-fields.tsx";
import { PushFields } from "./push-fields.tsx";
import { RepositoryFields } from "./repository-fields.tsx";

/** Changes an app. */
export function AppForm({ app, onChanged }: { app: App; onChanged: (app: App) => void }) {
  const draft = useDraft(() => draftOf(app));
  const saving = useAction(async () => {
    const changed = await call<App>("PATCH", `/apps/${app.id}`, appChangeOf(draft.value, app));
    draft.change(draftOf(changed));
    onChanged(changed);
    say(`${changed.name} was saved.`);
  });
  return (
    <Form action={saving} submit="Save">
      <Field label="Name">
        <input {...draft.text("name")} required maxLength={100} autocomplete="off" />
      </Field>
      <RepositoryFields draft={draft} hasPassword={app.hasGitPassword} />
      <PushFields draft={draft} />
      <LimitFields draft={draft} />
    </Form>
  );
}
