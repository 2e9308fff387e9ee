import type { Account, AccountRequest } from "../../../protocol/account-api.ts";
import { call } from "../../client/api.ts";
import { useAction } from "../../client/use-action.ts";
import { useDraft } from "../../client/use-draft.ts";
import { Dialog } from "../../controls/dialog.tsx";
import { Field } from "../../controls/field.tsx";
import { Form } from "../../controls/form.tsx";
import { say } from "../../frame/notices.tsx";
import { recall } from "../../session/session.ts";

interface AccountDialogProps {
  /** The one that changes; without it one is added. */
  account?: Account;
  onSaved: () => void;
  onClose: () => void;
}

/** Name and limit of an account; for operators. */
export function AccountDialog({ account, onSaved, onClose }: AccountDialogProps) {
  const draft = useDraft({ name: account?.name ?? "", limit: `${account?.concurrencyLimit ?? ""}` });
  const saving = useAction(async () => {
    const { name, limit } = draft.value;
    const wanted: AccountRequest = { name, concurrencyLimit: limit.trim() === "" ? null : Number(limit) };
    await (account ? call("PATCH", `/accounts/${account.id}`, wanted) : call("POST", "/accounts", wanted));
    await recall();
    say(`The account ${name} was ${account ? "saved" : "added"}.`);
    onSaved();
    onClose();
  });
  return (
    <Dialog title={account ? `Change ${account.name}` : "Add an account"} onClose={onClose}>
      <Form action={saving} submit={account ? "Save" : "Add the account"} onCancel={onClose}>
        <Field label="Name" hint="Without / ? # %">
          <input {...draft.text("name")} required maxLength={100} autocomplete="off" autofocus />
        </Field>
        <Field label="Builds that may run at once" hint="Empty: any number that the build hosts have room for.">
          <input {...draft.text("limit")} type="number" min={1} max={10_000} inputMode="numeric" />
        </Field>
      </Form>
    </Dialog>
  );
}
