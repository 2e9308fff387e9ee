import { useState } from "preact/hooks";
import type { Account } from "../../../protocol/account-api.ts";
import { useResource } from "../../client/use-resource.ts";
import { type Column, DataTable } from "../../controls/data-table.tsx";
import { me } from "../../session/session.ts";
import { Empty } from "../part/empty.tsx";
import { Loaded } from "../part/loaded.tsx";
import { Part } from "../part/part.tsx";
import { AccountDialog } from "./account-dialog.tsx";

/** Who shares the controller, and how many builds each may run. */
export function AccountsPage() {
  const accounts = useResource<{ accounts: Account[] }>("/accounts");
  const [adding, setAdding] = useState(false);
  const add = me.value?.operator && (
    <button type="button" class="primary" onClick={() => setAdding(true)}>
      Add an account
    </button>
  );
  return (
    <Part title="Accounts and limits" about={ABOUT} action={add}>
      <Loaded resource={accounts}>
        {({ accounts: rows }) =>
          rows.length === 0 ? (
            <Empty title="No account yet">You are in none. An operator of this controller can add you to one.</Empty>
          ) : (
            <DataTable label="Accounts" columns={COLUMNS} rows={rows} keyOf={({ id }) => id} />
          )
        }
      </Loaded>
      {adding && <AccountDialog onSaved={accounts.reload} onClose={() => setAdding(false)} />}
    </Part>
  );
}

const ABOUT =
  "An account holds apps and what they are built with, for a team. Those of another account don't see any of it.";

const COLUMNS: Column<Account>[] = [
  { name: "Name", of: ({ id, name }) => <a href={`/settings/accounts/${id}`}>{name}</a> },
  { name: "Builds at once", of: ({ concurrencyLimit }) => concurrencyLimit ?? "any number" },
  { name: "Your role", of: ({ id }) => me.value?.accounts.find((each) => each.id === id)?.role ?? "" },
];
