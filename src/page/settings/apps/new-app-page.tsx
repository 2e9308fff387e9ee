import { useLocation } from "preact-iso";
import type { MyAccount } from "../../../protocol/account-api.ts";
import type { App } from "../../../protocol/app-api.ts";
import { call, queryOf } from "../../client/api.ts";
import { useAction } from "../../client/use-action.ts";
import { useDraft } from "../../client/use-draft.ts";
import { Field } from "../../controls/field.tsx";
import { Form } from "../../controls/form.tsx";
import { say } from "../../frame/notices.tsx";
import { InAccount } from "../part/in-account.tsx";
import { Part } from "../part/part.tsx";
import { NEW_APP, newAppOf } from "./app-draft.ts";
import { PushFields } from "./push-fields.tsx";
import { RepositoryFields } from "./repository-fields.tsx";

export function NewAppPage() {
  return (
    <Part title="Add an app" above={{ href: "/settings/apps", name: "Apps" }}>
      <InAccount what="Apps" toManage>
        {(account) => <NewApp account={account} />}
      </InAccount>
    </Part>
  );
}

function NewApp({ account }: { account: MyAccount }) {
  const { route } = useLocation();
  const draft = useDraft(NEW_APP);
  const adding = useAction(async () => {
    const app = await call<App>("POST", `/apps${queryOf({ account: account.id })}`, newAppOf(draft.value));
    say(`${app.name} was added.`);
    route(`/settings/apps/${app.id}`, true);
  });
  return (
    <Form action={adding} submit="Add the app" onCancel={() => route("/settings/apps")}>
      <Field label="Name" hint="Without / ? # %">
        <input {...draft.text("name")} required maxLength={100} autocomplete="off" />
      </Field>
      <RepositoryFields draft={draft} />
      <PushFields draft={draft} />
    </Form>
  );
}
