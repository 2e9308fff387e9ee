import { useState } from "preact/hooks";
import type { User } from "../../../protocol/account-api.ts";
import { useResource } from "../../client/use-resource.ts";
import { type Column, DataTable } from "../../controls/data-table.tsx";
import { me } from "../../session/session.ts";
import { Empty } from "../part/empty.tsx";
import { Loaded } from "../part/loaded.tsx";
import { Part } from "../part/part.tsx";
import { NewUserDialog } from "./new-user-dialog.tsx";
import { UserDialog } from "./user-dialog.tsx";

/** The people of this controller. */
export function UsersPage() {
  if (!me.value?.operator) {
    return (
      <Part title="Users">
        <p class="notice">Only operators of the controller see its users.</p>
      </Part>
    );
  }
  return <Users />;
}

function Users() {
  const users = useResource<{ users: User[] }>("/users");
  const [adding, setAdding] = useState(false);
  const [changed, setChanged] = useState<User>();
  const add = (
    <button type="button" class="primary" onClick={() => setAdding(true)}>
      Add a user
    </button>
  );
  return (
    <Part
      title="Users"
      about="Everybody who can sign in. What they see is said by the accounts they are in."
      action={add}
    >
      <Loaded resource={users}>{({ users: rows }) => <Listed users={rows} onChange={setChanged} />}</Loaded>
      {adding && <NewUserDialog onAdded={users.reload} onClose={() => setAdding(false)} />}
      {changed && <UserDialog user={changed} onSaved={users.reload} onClose={() => setChanged(undefined)} />}
    </Part>
  );
}

function Listed({ users, onChange }: { users: User[]; onChange: (user: User) => void }) {
  if (users.length === 0) return <NoUsers />;
  const columns: Column<User>[] = [
    ...COLUMNS,
    {
      name: "Actions",
      actions: true,
      of: (user) => (
        <button type="button" class="small" aria-label={`Change ${user.email}`} onClick={() => onChange(user)}>
          Change
        </button>
      ),
    },
  ];
  return <DataTable label="Users" columns={columns} rows={users} keyOf={({ id }) => id} />;
}

function NoUsers() {
  return (
    <Empty title="No user yet">
      Add yourself first, as an operator. Then sign in with e-mail and password; the controller's own token can rest.
    </Empty>
  );
}

const COLUMNS: Column<User>[] = [
  { name: "E-mail", breaks: true, of: ({ email }) => email },
  { name: "Name", of: ({ name }) => name },
  { name: "Is", of: ({ operator }) => (operator ? "operator" : "user") },
  { name: "State", of: stateOf },
];

function stateOf({ disabled, hasPassword }: User) {
  if (disabled) return <span class="bad">disabled</span>;
  return hasPassword ? "can sign in" : <span class="warn">has no password yet</span>;
}
