import { useLocation } from "preact-iso";
import type { NamedSetting } from "../../../protocol/api.ts";
import { call } from "../../client/api.ts";
import { useAction } from "../../client/use-action.ts";
import { useDraft } from "../../client/use-draft.ts";
import { Field } from "../../controls/field.tsx";
import { Form } from "../../controls/form.tsx";
import { PairRows } from "../../controls/pair-rows.tsx";
import { say } from "../../frame/notices.tsx";
import { settingAddress } from "../part/use-settings.ts";
import { AppFields } from "./app-fields.tsx";
import { nativeConfigDraftOf, nativeConfigRequestOf, preferenceRowFault } from "./native-config-draft.ts";
import { PluginRows } from "./plugin-rows.tsx";

interface NativeConfigFormProps {
  account: string;
  item: NamedSetting | undefined;
}

/** What a native config sets. */
export function NativeConfigForm({ account, item }: NativeConfigFormProps) {
  const { route } = useLocation();
  const draft = useDraft(() => nativeConfigDraftOf(item));
  const { name, preferences, plugins } = draft.value;
  const back = () => route("/settings/native-configs");
  const saving = useAction(async () => {
    await call("PUT", settingAddress("/native-configs", name, account), nativeConfigRequestOf(draft.value));
    say(`The native config ${name} was saved.`);
    back();
  });
  return (
    <Form action={saving} submit={item ? "Save" : "Add the native config"} onCancel={back}>
      {!item && (
        <Field label="Name" hint="Builds name it, such as Beta. One of the same name is replaced.">
          <input {...draft.text("name")} required maxLength={200} autocomplete="off" />
        </Field>
      )}
      <AppFields draft={draft} />
      <fieldset>
        <legend>Preferences of config.xml</legend>
        <PairRows
          what="preference"
          pairs={preferences}
          faultOf={preferenceRowFault}
          onChange={(rows) => draft.change({ preferences: rows })}
        />
      </fieldset>
      <fieldset>
        <legend>Variables of plugins</legend>
        <PluginRows plugins={plugins} onChange={(rows) => draft.change({ plugins: rows })} />
      </fieldset>
    </Form>
  );
}
