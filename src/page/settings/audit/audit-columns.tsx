import type { AuditEntry } from "../../../protocol/audit-api.ts";
import type { Column } from "../../controls/data-table.tsx";
import { Ago } from "../../controls/moments.tsx";

export const AUDIT_COLUMNS: Column<AuditEntry>[] = [
  {
    name: "What",
    breaks: true,
    of: ({ kind, name }) => (
      <>
        <span class="quiet">{kind}</span> {name}
      </>
    ),
  },
  { name: "Action", of: ({ action }) => action },
  { name: "By", of: ({ actor }) => actor },
  { name: "When", of: ({ at }) => <Ago at={at} /> },
  { name: "Build", of: ({ build }) => build !== undefined && <a href={`/builds/${build}`}>#{build}</a> },
  {
    name: "Detail",
    breaks: true,
    of: ({ detail, step }) => (step === undefined ? detail : `${detail}, for the step ${step}`),
  },
];
