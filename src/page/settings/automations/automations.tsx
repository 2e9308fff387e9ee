import type { App } from "../../../protocol/app-api.ts";
import type { Automation } from "../../../protocol/push-api.ts";
import { call } from "../../client/api.ts";
import { useAction } from "../../client/use-action.ts";
import { useResource } from "../../client/use-resource.ts";
import { type Column, DataTable } from "../../controls/data-table.tsx";
import { FailureBox } from "../../controls/failure-box.tsx";
import { say } from "../../frame/notices.tsx";
import { Loaded } from "../part/loaded.tsx";
import { Removal } from "../part/removal.tsx";
import { inWords } from "./automation-draft.ts";

interface AutomationsProps {
  app: App;
  manages: boolean;
}

/** What an app builds by itself when branches are pushed. */
export function Automations({ app, manages }: AutomationsProps) {
  const path = `/apps/${app.id}/automations`;
  const automations = useResource<{ automations: Automation[] }>(path);
  const enabling = useAction(async ({ id, name, enabled }: Automation) => {
    await call("PATCH", `${path}/${id}`, { enabled: !enabled });
    say(`${name} is ${enabled ? "disabled" : "enabled"}.`);
    automations.reload();
  });
  const actions: Column<Automation> = {
    name: "Actions",
    actions: true,
    of: (row) => (
      <>
        <button type="button" class="small" aria-label={`${verbOf(row)} ${row.name}`} onClick={() => enabling.run(row)}>
          {verbOf(row)}
        </button>
        <Removal what="the automation" name={row.name} path={`${path}/${row.id}`} onRemoved={automations.reload}>
          Pushes start its builds no longer. Builds that it has started stay.
        </Removal>
      </>
    ),
  };
  const columns = manages ? [...columnsOf(app), actions] : columnsOf(app);
  return (
    <section class="block">
      <div class="row spread card-head">
        <h2>Automations</h2>
        {manages && (
          <a class="button small" href={`/settings${path}/new`}>
            Add an automation
          </a>
        )}
      </div>
      <FailureBox failure={enabling.failure} />
      <Loaded resource={automations}>{({ automations: rows }) => <Listed rows={rows} columns={columns} />}</Loaded>
    </section>
  );
}

function Listed({ rows, columns }: { rows: Automation[]; columns: Column<Automation>[] }) {
  if (rows.length > 0) return <DataTable label="Automations" columns={columns} rows={rows} keyOf={({ id }) => id} />;
  return <p class="quiet">None yet. An automation builds an app file of every push to the branches it names.</p>;
}

function columnsOf(app: App): Column<Automation>[] {
  return [
    { name: "Name", of: ({ id, name }) => <a href={`/settings/apps/${app.id}/automations/${id}`}>{name}</a> },
    { name: "Branches", of: ({ branches }) => <code>{branches.join(", ")}</code> },
    { name: "Builds", of: ({ request }) => inWords(request) },
    {
      name: "State",
      of: ({ enabled, fault }) => (
        <>
          {enabled ? "enabled" : <span class="quiet">disabled</span>}
          {fault && <div class="bad">{fault}</div>}
        </>
      ),
    },
  ];
}

function verbOf({ enabled }: Automation): string {
  return enabled ? "Disable" : "Enable";
}
