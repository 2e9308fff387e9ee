import { useMemo } from "preact/hooks";
import { useLocation } from "preact-iso";
import { PROFILE_TYPES, type ProfileType } from "../../../protocol/build-types.ts";
import { call } from "../../client/api.ts";
import { useAction } from "../../client/use-action.ts";
import { useDraft } from "../../client/use-draft.ts";
import { Check } from "../../controls/check.tsx";
import { Field } from "../../controls/field.tsx";
import { Form } from "../../controls/form.tsx";
import { say } from "../../frame/notices.tsx";
import { settingAddress } from "../part/use-settings.ts";
import { KeystoreFields } from "./keystore-fields.tsx";
import { P12Fields } from "./p12-fields.tsx";
import { ProfileCheck } from "./profile-check.tsx";
import { type ProfileDraft, profileRequestOf, togetherFault } from "./profile-draft.ts";

const TYPES = {
  production: "For stores, testers and customers: Android release; iOS ad-hoc, app-store, enterprise.",
  development: "For developers' own devices: iOS development.",
};

interface ProfileFormProps {
  account: string;
  initial: ProfileDraft;
  replaces?: boolean;
}

/** Files and passwords of a security profile. They are gone from the page once they are stored. */
export function ProfileForm({ account, initial, replaces = false }: ProfileFormProps) {
  const { route } = useLocation();
  const draft = useDraft(initial);
  const { name, ...content } = draft.value;
  const fault = holdsNothing(draft.value) ? "Choose Android, iOS, or both." : togetherFault(draft.value);
  // Not anew while the name is typed: each request is sent, files and all, to be looked into.
  const request = useMemo(
    () => (fault === undefined ? profileRequestOf(draft.value) : undefined),
    [fault, ...Object.values(content)],
  );
  const back = () => route("/settings/profiles");
  const saving = useAction(async () => {
    await call("PUT", settingAddress("/profiles", name, account), request);
    say(`The security profile ${name} was stored.`);
    back();
  });
  const submit = replaces ? "Replace the profile" : "Store the profile";
  return (
    <Form action={saving} submit={submit} disabled={fault !== undefined} onCancel={back}>
      {!replaces && (
        <Field label="Name" hint="Builds name it, such as Play Store. A profile of the same name is replaced.">
          <input {...draft.text("name")} required maxLength={200} autocomplete="off" />
        </Field>
      )}
      <TypeChoice type={content.type} onChoose={(chosen) => draft.change({ type: chosen })} />
      <div class="row">
        <Check label="Android" {...draft.tick("android")} />
        <Check label="iOS" {...draft.tick("ios")} />
      </div>
      {draft.value.android && <KeystoreFields draft={draft} />}
      {draft.value.ios && <P12Fields draft={draft} />}
      {fault && <p class="field-wrong">{fault}</p>}
      <ProfileCheck name={name} request={request} />
    </Form>
  );
}

function holdsNothing({ android, ios }: ProfileDraft): boolean {
  return !android && !ios;
}

function TypeChoice({ type, onChoose }: { type: ProfileType; onChoose: (type: ProfileType) => void }) {
  return (
    <fieldset class="plain">
      <legend>What it is for</legend>
      {PROFILE_TYPES.toReversed().map((each) => (
        <Check
          key={each}
          type="radio"
          name="type"
          label={each}
          hint={TYPES[each]}
          checked={type === each}
          onChange={() => onChoose(each)}
        />
      ))}
    </fieldset>
  );
}
