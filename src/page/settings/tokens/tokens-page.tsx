import { useState } from "preact/hooks";
import type { Token } from "../../../protocol/account-api.ts";
import { useResource } from "../../client/use-resource.ts";
import { type Column, DataTable } from "../../controls/data-table.tsx";
import { Ago } from "../../controls/moments.tsx";
import { SecretOnce } from "../../controls/secret-once.tsx";
import { me } from "../../session/session.ts";
import { Empty } from "../part/empty.tsx";
import { Loaded } from "../part/loaded.tsx";
import { NoPerson } from "../part/no-person.tsx";
import { Part } from "../part/part.tsx";
import { Removal } from "../part/removal.tsx";
import { NewTokenDialog } from "./new-token-dialog.tsx";

/** One's own tokens for programs. */
export function TokensPage() {
  const [making, setMaking] = useState(false);
  const make = me.value?.user && (
    <button type="button" class="primary" onClick={() => setMaking(true)}>
      Make a token
    </button>
  );
  return (
    <Part title="Tokens" about="For programs that work in your name: scripts, other CI systems, git." action={make}>
      {me.value?.user ? <Tokens making={making} onMaking={setMaking} /> : <NoPerson what="tokens of its own" />}
    </Part>
  );
}

function Tokens({ making, onMaking }: { making: boolean; onMaking: (making: boolean) => void }) {
  const tokens = useResource<{ tokens: Token[] }>("/tokens");
  const [made, setMade] = useState<string>();
  const onMade = (token: string) => {
    onMaking(false);
    setMade(token);
    tokens.reload();
  };
  return (
    <>
      <Loaded resource={tokens}>
        {({ tokens: rows }) => (rows.length === 0 ? <NoTokens /> : <Listed tokens={rows} onRevoked={tokens.reload} />)}
      </Loaded>
      {making && <NewTokenDialog onMade={onMade} onClose={() => onMaking(false)} />}
      {made !== undefined && (
        <SecretOnce title="Your new token" secret={made} onClose={() => setMade(undefined)}>
          <p>Give it to the program, for instance as the variable MILLWRIGHT_TOKEN.</p>
        </SecretOnce>
      )}
    </>
  );
}

function NoTokens() {
  return (
    <Empty title="No token yet">
      Make one for each program, with no more rights than it needs. Then you can revoke it without touching the others.
    </Empty>
  );
}

function Listed({ tokens, onRevoked }: { tokens: Token[]; onRevoked: () => void }) {
  const columns: Column<Token>[] = [
    { name: "Name", of: ({ name }) => name },
    { name: "May", of: ({ scopes }) => scopes.join(", ") },
    { name: "Account", of: ({ account }) => account?.name ?? "all of yours" },
    { name: "Made", of: ({ createdAt }) => <Ago at={createdAt} /> },
    { name: "Last used", of: ({ lastUsedAt }) => (lastUsedAt ? <Ago at={lastUsedAt} /> : "never") },
    { name: "Expires", of: ({ expiresAt }) => (expiresAt ? <Ago at={expiresAt} /> : "never") },
    {
      name: "Actions",
      actions: true,
      of: ({ id, name }) => (
        <Removal what="the token" name={name} verb="Revoke" path={`/tokens/${id}`} onRemoved={onRevoked}>
          Programs that use it are refused from now on.
        </Removal>
      ),
    },
  ];
  return <DataTable label="Tokens" columns={columns} rows={tokens} keyOf={({ id }) => id} />;
}
