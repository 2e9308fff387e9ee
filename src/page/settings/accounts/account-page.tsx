import { useState } from "preact/hooks";
import { useRoute } from "preact-iso";
import type { Account } from "../../../protocol/account-api.ts";
import { useResource } from "../../client/use-resource.ts";
import { NotFound } from "../../frame/not-found.tsx";
import { mayDo, me } from "../../session/session.ts";
import { Facts } from "../part/facts.tsx";
import { Loaded } from "../part/loaded.tsx";
import { Part } from "../part/part.tsx";
import { AccountDialog } from "./account-dialog.tsx";
import { Members } from "./members.tsx";

/** One account: its limit, and who is in it. */
export function AccountPage() {
  const { account: id = "" } = useRoute().params;
  const account = useResource<Account>(`/accounts/${encodeURIComponent(id)}`);
  const [changing, setChanging] = useState(false);
  if (account.status === 404) return <NotFound what="account" />;
  const change = me.value?.operator && account.value && (
    <button type="button" onClick={() => setChanging(true)}>
      Change
    </button>
  );
  const above = { href: "/settings/accounts", name: "Accounts and limits" };
  return (
    <Part title={account.value?.name ?? "Account"} above={above} action={change}>
      <Loaded resource={account}>
        {(loaded) => (
          <>
            <AccountFacts account={loaded} />
            {mayDo("manage", loaded.id) && <Members key={loaded.id} account={loaded} />}
            {changing && <AccountDialog account={loaded} onSaved={account.reload} onClose={() => setChanging(false)} />}
          </>
        )}
      </Loaded>
    </Part>
  );
}

function AccountFacts({ account: { id, concurrencyLimit } }: { account: Account }) {
  const role = me.value?.accounts.find((each) => each.id === id)?.role;
  return (
    <section class="block">
      <Facts
        facts={[
          ["Builds that may run at once", concurrencyLimit === null ? "any number" : `${concurrencyLimit}`],
          ["Your role", role ?? (me.value?.operator ? "none; you are an operator" : "none")],
        ]}
      />
    </section>
  );
}
