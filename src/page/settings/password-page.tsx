import type { PasswordChange } from "../../protocol/account-api.ts";
import { call } from "../client/api.ts";
import { useAction } from "../client/use-action.ts";
import { useDraft } from "../client/use-draft.ts";
import { Field } from "../controls/field.tsx";
import { Form } from "../controls/form.tsx";
import { say } from "../frame/notices.tsx";
import { me } from "../session/session.ts";
import { NoPerson } from "./part/no-person.tsx";
import { Part } from "./part/part.tsx";

export function PasswordPage() {
  return (
    <Part title="Password" about="A new password ends your other logins; this one stays. Tokens stay too.">
      {me.value?.user ? <PasswordForm email={me.value.user.email} /> : <NoPerson what="password" />}
    </Part>
  );
}

const EMPTY = { current: "", new: "", again: "" };

function PasswordForm({ email }: { email: string }) {
  const draft = useDraft(EMPTY);
  const { current, new: chosen, again } = draft.value;
  const wrong = again !== "" && again !== chosen ? "It isn't the same." : undefined;
  const changing = useAction(async () => {
    const change: PasswordChange = { current, new: chosen };
    await call("PUT", "/me/password", change);
    draft.change(EMPTY);
    say("Your password was changed.");
  });
  return (
    <Form action={changing} submit="Change the password" disabled={again !== chosen}>
      <input class="only-heard" type="email" autocomplete="username" value={email} readOnly tabIndex={-1} aria-hidden />
      <Field label="Current password">
        <input {...draft.text("current")} type="password" autocomplete="current-password" required />
      </Field>
      <Field label="New password" hint="At least 10 characters.">
        <input {...draft.text("new")} type="password" autocomplete="new-password" required minLength={10} />
      </Field>
      <Field label="New password once more" wrong={wrong}>
        <input {...draft.text("again")} type="password" autocomplete="new-password" required />
      </Field>
    </Form>
  );
}
