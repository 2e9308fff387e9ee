import type { Draft } from "../../client/use-draft.ts";
import { Field } from "../../controls/field.tsx";
import { type NativeConfigDraft, valueFault } from "./native-config-draft.ts";

/** What names and numbers the app. */
export function AppFields({ draft }: { draft: Draft<NativeConfigDraft> }) {
  const { bundleId, version, buildNumber } = draft.value;
  return (
    <fieldset>
      <legend>App</legend>
      <div class="grid-form">
        <Field label="Name of the app (optional)">
          <input {...draft.text("appName")} maxLength={100} autocomplete="off" />
        </Field>
        <Field label="Bundle id (optional)" hint="Such as com.example.app" wrong={valueFault("bundleId", bundleId)}>
          <input {...draft.text("bundleId")} maxLength={200} autocomplete="off" spellcheck={false} />
        </Field>
        <Field label="Version (optional)" hint="Such as 1.4.2" wrong={valueFault("version", version)}>
          <input {...draft.text("version")} maxLength={50} autocomplete="off" />
        </Field>
        <Field
          label="Build number (optional)"
          hint="versionCode of Android, CFBundleVersion of iOS"
          wrong={valueFault("buildNumber", buildNumber)}
        >
          <input {...draft.text("buildNumber")} maxLength={20} autocomplete="off" />
        </Field>
      </div>
    </fieldset>
  );
}
