import { useState } from "preact/hooks";
import type { AuditEntry } from "../../../protocol/audit-api.ts";
import { queryOf } from "../../client/api.ts";
import { DataTable } from "../../controls/data-table.tsx";
import { account, me } from "../../session/session.ts";
import { InAccount } from "../part/in-account.tsx";
import { Loaded } from "../part/loaded.tsx";
import { MoreButton } from "../part/more-button.tsx";
import { Part } from "../part/part.tsx";
import { usePages } from "../part/use-pages.ts";
import { AUDIT_COLUMNS } from "./audit-columns.tsx";
import { AuditFilters, EVERYTHING } from "./audit-filters.tsx";

/** Who changed and who used what holds secrets. Operators see all accounts at once, where they look at none. */
export function AuditPage() {
  return (
    <Part
      title="Audit"
      about="Who changed and which build used what holds secrets. The secrets themselves are never in it."
    >
      {me.value?.operator ? (
        <Entries key={account.value} account={account.value} />
      ) : (
        <InAccount what="Entries" toManage>
          {(mine) => <Entries account={mine.id} />}
        </InAccount>
      )}
    </Part>
  );
}

function Entries({ account: accountId }: { account: string }) {
  const [filter, setFilter] = useState(EVERYTHING);
  const entries = usePages(
    (before) => `/audit${queryOf({ account: accountId, ...filter, before })}`,
    (answer: { entries: AuditEntry[]; next?: number }) => answer.entries,
  );
  return (
    <>
      <AuditFilters onFilter={setFilter} />
      <Loaded resource={entries}>
        {(rows) =>
          rows.length === 0 ? (
            <p class="block quiet">Nothing of this kind was written down.</p>
          ) : (
            <DataTable label="Audit" columns={AUDIT_COLUMNS} rows={rows} keyOf={({ id }) => id} />
          )
        }
      </Loaded>
      <MoreButton more={entries.more} />
    </>
  );
}
