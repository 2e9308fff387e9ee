import { type Account, MEMBER_ROLES, type Member } from "../../../protocol/account-api.ts";
import { call } from "../../client/api.ts";
import { useAction } from "../../client/use-action.ts";
import { useResource } from "../../client/use-resource.ts";
import { type Column, DataTable } from "../../controls/data-table.tsx";
import { FailureBox } from "../../controls/failure-box.tsx";
import { say } from "../../frame/notices.tsx";
import { Loaded } from "../part/loaded.tsx";
import { Removal } from "../part/removal.tsx";
import { NewMember } from "./new-member.tsx";

/** Who is in an account, and as what. */
export function Members({ account }: { account: Account }) {
  const path = `/accounts/${account.id}/members`;
  const members = useResource<{ members: Member[] }>(path);
  const changing = useAction(async (email: string, role: string) => {
    try {
      await call("PUT", `${path}/${encodeURIComponent(email)}`, { role });
      say(`${email} is ${role} now.`);
    } finally {
      members.reload();
    }
  });
  return (
    <section class="block">
      <h2>Members</h2>
      <FailureBox failure={changing.failure} />
      <Loaded resource={members}>
        {({ members: rows }) => (
          <Listed rows={rows} account={account} onRole={changing.run} onRemoved={members.reload} />
        )}
      </Loaded>
      <NewMember path={path} onAdded={members.reload} />
    </section>
  );
}

interface ListedProps {
  rows: Member[];
  account: Account;
  onRole: (email: string, role: string) => unknown;
  onRemoved: () => void;
}

function Listed({ rows, account, onRole, onRemoved }: ListedProps) {
  if (rows.length === 0)
    return <p class="quiet">Nobody yet. Add people so that they can see and build this account's apps.</p>;
  const columns: Column<Member>[] = [
    { name: "E-mail", breaks: true, of: ({ user }) => user.email },
    { name: "Name", of: ({ user, disabled }) => `${user.name}${disabled ? " (disabled)" : ""}` },
    { name: "Role", of: (member) => <RoleChoice member={member} onChoose={onRole} /> },
    {
      name: "Actions",
      actions: true,
      of: ({ user }) => (
        <Removal
          what="the member"
          name={user.email}
          verb="Remove"
          path={`/accounts/${account.id}/members/${encodeURIComponent(user.email)}`}
          onRemoved={onRemoved}
        >
          They see nothing of {account.name} any more. Their login and what they did stay.
        </Removal>
      ),
    },
  ];
  return <DataTable label="Members" columns={columns} rows={rows} keyOf={({ user }) => user.id} />;
}

function RoleChoice({ member, onChoose }: { member: Member; onChoose: (email: string, role: string) => unknown }) {
  const { email } = member.user;
  return (
    <select
      class="small-choice"
      aria-label={`Role of ${email}`}
      value={member.role}
      onChange={(event) => onChoose(email, event.currentTarget.value)}
    >
      {MEMBER_ROLES.map((role) => (
        <option key={role}>{role}</option>
      ))}
    </select>
  );
}
