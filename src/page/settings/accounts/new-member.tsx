import { MEMBER_ROLES, type MemberRole } from "../../../protocol/account-api.ts";
import { call } from "../../client/api.ts";
import { useAction } from "../../client/use-action.ts";
import { useDraft } from "../../client/use-draft.ts";
import { Field } from "../../controls/field.tsx";
import { Form } from "../../controls/form.tsx";
import { say } from "../../frame/notices.tsx";
import { ROLES } from "./roles.ts";

const EMPTY: { email: string; role: MemberRole } = { email: "", role: "developer" };

/** Adds somebody who is a user already. */
export function NewMember({ path, onAdded }: { path: string; onAdded: () => void }) {
  const draft = useDraft(EMPTY);
  const adding = useAction(async () => {
    const { email, role } = draft.value;
    await call("PUT", `${path}/${encodeURIComponent(email.trim())}`, { role });
    draft.change(EMPTY);
    say(`${email} was added.`);
    onAdded();
  });
  return (
    <div class="new-member">
      <h3>Add a member</h3>
      <Form action={adding} submit="Add">
        <div class="grid-form">
          <Field label="E-mail" hint="Of somebody who is a user of this controller.">
            <input {...draft.text("email")} type="email" required autocomplete="off" />
          </Field>
          <Field label="Role" hint={ROLES[draft.value.role]}>
            <select {...draft.text("role")}>
              {MEMBER_ROLES.map((role) => (
                <option key={role} value={role}>
                  {role}
                </option>
              ))}
            </select>
          </Field>
        </div>
      </Form>
    </div>
  );
}
