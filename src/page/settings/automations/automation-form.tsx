import { useLocation } from "preact-iso";
import type { App } from "../../../protocol/app-api.ts";
import type { Automation } from "../../../protocol/push-api.ts";
import { call } from "../../client/api.ts";
import { useAction } from "../../client/use-action.ts";
import { useDraft } from "../../client/use-draft.ts";
import { Check } from "../../controls/check.tsx";
import { Field } from "../../controls/field.tsx";
import { Form } from "../../controls/form.tsx";
import { say } from "../../frame/notices.tsx";
import { PlatformFields } from "../../start/platform-fields.tsx";
import { SettingFields } from "../../start/setting-fields.tsx";
import { automationDraftOf, NEW_AUTOMATION, newAutomationOf } from "./automation-draft.ts";

interface AutomationFormProps {
  app: App;
  automation?: Automation;
}

/** Adds or changes an automation. */
export function AutomationForm({ app, automation }: AutomationFormProps) {
  const { route } = useLocation();
  const draft = useDraft(() => (automation ? automationDraftOf(automation) : NEW_AUTOMATION));
  const path = `/apps/${app.id}/automations`;
  const back = () => route(`/settings/apps/${app.id}`);
  const saving = useAction(async () => {
    const wanted = newAutomationOf(draft.value);
    await (automation ? call("PATCH", `${path}/${automation.id}`, wanted) : call("POST", path, wanted));
    say(`The automation ${wanted.name} was saved.`);
    back();
  });
  return (
    <Form action={saving} submit={automation ? "Save" : "Add the automation"} onCancel={back}>
      <Field label="Name" hint="Without / ? # %">
        <input {...draft.text("name")} required maxLength={100} autocomplete="off" />
      </Field>
      <Field label="Branches" hint="One pattern a line; * stands for any text: main, release/*">
        <textarea {...draft.text("branches")} required rows={3} spellcheck={false} />
      </Field>
      <fieldset>
        <legend>What is built</legend>
        <div class="grid-form">
          <PlatformFields asked={draft.value} change={draft.change} />
          <SettingFields app={app} asked={draft.value} change={draft.change} />
        </div>
      </fieldset>
      <Check label="Enabled" {...draft.tick("enabled")} />
    </Form>
  );
}
