import type { Token, TokenRequest } from "../../../protocol/account-api.ts";
import { call } from "../../client/api.ts";
import { useAction } from "../../client/use-action.ts";
import { type Draft, useDraft } from "../../client/use-draft.ts";
import { Check } from "../../controls/check.tsx";
import { Dialog } from "../../controls/dialog.tsx";
import { Field } from "../../controls/field.tsx";
import { Form } from "../../controls/form.tsx";
import { me } from "../../session/session.ts";

const NEVER = "";
const NEW_TOKEN = { name: "", build: true, manage: false, account: "", days: "365" };

interface NewTokenDialogProps {
  onMade: (token: string) => void;
  onClose: () => void;
}

export function NewTokenDialog({ onMade, onClose }: NewTokenDialogProps) {
  const draft = useDraft(NEW_TOKEN);
  const making = useAction(async () => {
    const { name, build, manage, account, days } = draft.value;
    const wanted: TokenRequest = {
      name,
      scopes: ["read", ...(build ? (["build"] as const) : []), ...(manage ? (["manage"] as const) : [])],
      ...(account === "" ? {} : { account }),
      ...(days === NEVER ? {} : { expiresInDays: Number(days) }),
    };
    const { token } = await call<Token & { token: string }>("POST", "/tokens", wanted);
    onMade(token);
  });
  return (
    <Dialog title="Make a token" onClose={onClose}>
      <Form action={making} submit="Make the token" onCancel={onClose}>
        <Field label="Name" hint="What it is for, such as nightly builds.">
          <input {...draft.text("name")} required maxLength={100} autocomplete="off" autofocus />
        </Field>
        <TokenRights draft={draft} />
      </Form>
    </Dialog>
  );
}

function TokenRights({ draft }: { draft: Draft<typeof NEW_TOKEN> }) {
  return (
    <>
      <fieldset class="plain">
        <legend>What it may do</legend>
        <Check label="Read builds, logs and files" checked disabled onChange={() => undefined} />
        <Check label="Start and cancel builds, push" {...draft.tick("build")} />
        <Check label="Manage apps, profiles, environments and the rest" {...draft.tick("manage")} />
      </fieldset>
      <div class="grid-form">
        <Field label="Account">
          <select {...draft.text("account")}>
            <option value="">all of yours</option>
            {(me.value?.accounts ?? []).map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </select>
        </Field>
        <Field label="Expires">
          <select {...draft.text("days")}>
            <option value="7">in a week</option>
            <option value="30">in 30 days</option>
            <option value="90">in 90 days</option>
            <option value="365">in a year</option>
            <option value={NEVER}>never</option>
          </select>
        </Field>
      </div>
    </>
  );
}
