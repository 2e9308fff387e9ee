import type { UserRequest } from "../../../protocol/account-api.ts";
import { call } from "../../client/api.ts";
import { useAction } from "../../client/use-action.ts";
import { useDraft } from "../../client/use-draft.ts";
import { Check } from "../../controls/check.tsx";
import { Dialog } from "../../controls/dialog.tsx";
import { Field } from "../../controls/field.tsx";
import { Form } from "../../controls/form.tsx";
import { say } from "../../frame/notices.tsx";

interface NewUserDialogProps {
  onAdded: () => void;
  onClose: () => void;
}

export function NewUserDialog({ onAdded, onClose }: NewUserDialogProps) {
  const draft = useDraft({ email: "", name: "", password: "", operator: false });
  const adding = useAction(async () => {
    const { email, name, password, operator } = draft.value;
    const wanted: UserRequest = { email, name, operator, ...(password === "" ? {} : { password }) };
    await call("POST", "/users", wanted);
    say(`${email} was added.`);
    onAdded();
    onClose();
  });
  return (
    <Dialog title="Add a user" onClose={onClose}>
      <Form action={adding} submit="Add the user" onCancel={onClose}>
        <Field label="E-mail">
          <input {...draft.text("email")} type="email" required autocomplete="off" autofocus />
        </Field>
        <Field label="Name (optional)">
          <input {...draft.text("name")} maxLength={200} autocomplete="off" />
        </Field>
        <Field
          label="First password (optional)"
          hint="At least 10 characters; they can change it. Without one they can't sign in yet."
        >
          <input {...draft.text("password")} type="password" autocomplete="new-password" minLength={10} />
        </Field>
        <Check
          label="Operator"
          hint="Manages users, accounts and agents, and sees everything of all accounts."
          {...draft.tick("operator")}
        />
      </Form>
    </Dialog>
  );
}
