import { useLocation } from "preact-iso";
import type { TargetPlatform } from "../../../protocol/queue-api.ts";
import { call } from "../../client/api.ts";
import { useAction } from "../../client/use-action.ts";
import { type Draft, useDraft } from "../../client/use-draft.ts";
import { Check } from "../../controls/check.tsx";
import { Field } from "../../controls/field.tsx";
import { Form } from "../../controls/form.tsx";
import { say } from "../../frame/notices.tsx";
import { type TargetPlatformDraft, targetPlatformDraftOf, targetPlatformRequestOf } from "./target-platform-draft.ts";

/** What a target platform asks of a host, and what is told to those who ask for it. */
export function TargetPlatformForm({ item }: { item: TargetPlatform | undefined }) {
  const { route } = useLocation();
  const draft = useDraft(() => targetPlatformDraftOf(item));
  const { name } = draft.value;
  const back = () => route("/settings/target-platforms");
  const saving = useAction(async () => {
    const wanted = targetPlatformRequestOf(draft.value, item?.position);
    await call("PUT", `/target-platforms/${encodeURIComponent(name.trim())}`, wanted);
    say(`The target platform ${name} was saved.`);
    back();
  });
  return (
    <Form action={saving} submit={item ? "Save" : "Add the target platform"} onCancel={back}>
      {!item && (
        <Field label="Name" hint="As people will ask for it, such as macOS - Xcode 26.">
          <input {...draft.text("name")} required maxLength={200} autocomplete="off" />
        </Field>
      )}
      <HostFields draft={draft} />
      <ToldFields draft={draft} />
    </Form>
  );
}

interface DraftProps {
  draft: Draft<TargetPlatformDraft>;
}

function HostFields({ draft }: DraftProps) {
  return (
    <div class="grid-form">
      <Field label="System">
        <select {...draft.text("os")}>
          <option value="any">any</option>
          <option value="macos">macOS</option>
          <option value="linux">Linux</option>
        </select>
      </Field>
      {draft.value.os === "macos" && (
        <Field label="Xcode (optional)" hint="A version or a range: 26.0, 16.x, >=16 <17">
          <input {...draft.text("xcode")} maxLength={100} autocomplete="off" spellcheck={false} />
        </Field>
      )}
      <Field label="Label (optional)" hint="A name that the agent's configuration must promise.">
        <input {...draft.text("label")} maxLength={200} autocomplete="off" spellcheck={false} />
      </Field>
    </div>
  );
}

function ToldFields({ draft }: DraftProps) {
  const { preferred, retired } = draft.value;
  return (
    <>
      <Field label="Notice (optional)" hint="Told to everybody who asks for it.">
        <textarea {...draft.text("notice")} maxLength={500} rows={2} />
      </Field>
      <Check
        label="Preferred"
        hint="For those who ask for none; one of each system."
        checked={preferred && !retired}
        disabled={retired}
        onChange={(event) => draft.change({ preferred: event.currentTarget.checked })}
      />
      <Check label="Retired" hint="Requests for it are refused, with the notice." {...draft.tick("retired")} />
    </>
  );
}
