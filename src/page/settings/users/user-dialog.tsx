import type { User, UserChange } from "../../../protocol/account-api.ts";
import { call } from "../../client/api.ts";
import { useAction } from "../../client/use-action.ts";
import { useDraft } from "../../client/use-draft.ts";
import { Check } from "../../controls/check.tsx";
import { Dialog } from "../../controls/dialog.tsx";
import { Field } from "../../controls/field.tsx";
import { Form } from "../../controls/form.tsx";
import { say } from "../../frame/notices.tsx";
import { me } from "../../session/session.ts";

interface UserDialogProps {
  user: User;
  onSaved: () => void;
  onClose: () => void;
}

/** Changes a user. One can't take away one's own way in by it. */
export function UserDialog({ user, onSaved, onClose }: UserDialogProps) {
  const isMe = me.value?.user?.id === user.id;
  const draft = useDraft({ name: user.name, password: "", operator: user.operator, disabled: user.disabled });
  const saving = useAction(async () => {
    const { name, password, operator, disabled } = draft.value;
    const change: UserChange = {
      name,
      ...(password === "" ? {} : { password }),
      ...(operator === user.operator ? {} : { operator }),
      ...(disabled === user.disabled ? {} : { disabled }),
    };
    await call("PATCH", `/users/${user.id}`, change);
    say(`${user.email} was saved.`);
    onSaved();
    onClose();
  });
  return (
    <Dialog title={`Change ${user.email}`} onClose={onClose}>
      <Form action={saving} submit="Save" onCancel={onClose}>
        <Field label="Name (optional)">
          <input {...draft.text("name")} maxLength={200} autocomplete="off" autofocus />
        </Field>
        {isMe ? (
          <p class="quiet">
            This is you: the password is changed in <a href="/settings/password">Password</a>, the rest by another
            operator.
          </p>
        ) : (
          <>
            <Field label="New password (optional)" hint="At least 10 characters. Empty: it stays.">
              <input {...draft.text("password")} type="password" autocomplete="new-password" minLength={10} />
            </Field>
            <Check label="Operator" hint="Manages users, accounts and agents." {...draft.tick("operator")} />
            <Check label="Disabled" hint="Can't sign in, and their tokens are refused." {...draft.tick("disabled")} />
          </>
        )}
      </Form>
    </Dialog>
  );
}
