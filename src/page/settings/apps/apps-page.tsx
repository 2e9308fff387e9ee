import type { App } from "../../../protocol/app-api.ts";
import { queryOf } from "../../client/api.ts";
import { useResource } from "../../client/use-resource.ts";
import { type Column, DataTable } from "../../controls/data-table.tsx";
import { account, mayDo, me } from "../../session/session.ts";
import { Empty } from "../part/empty.tsx";
import { Loaded } from "../part/loaded.tsx";
import { Part } from "../part/part.tsx";

/** The apps that one may see. */
export function AppsPage() {
  const apps = useResource<{ apps: App[] }>(`/apps${queryOf({ account: account.value })}`);
  const add = mayDo("manage") && (
    <a class="button primary" href="/settings/apps/new">
      Add an app
    </a>
  );
  return (
    <Part title="Apps" about="What is built, and where its code comes from." action={add}>
      <Loaded resource={apps}>{({ apps: rows }) => (rows.length === 0 ? <NoApps /> : <Apps apps={rows} />)}</Loaded>
    </Part>
  );
}

function NoApps() {
  return (
    <Empty title="No app yet">
      An app is a Cordova or Ionic project in a git repository. {mayDo("manage") ? "Add one" : "Have one added"} first;
      then it can be built by a button, by the command line, or whenever somebody pushes.
    </Empty>
  );
}

function Apps({ apps }: { apps: App[] }) {
  const accounts = me.value?.accounts ?? [];
  const several = account.value === "" && accounts.length > 1;
  const nameOf = (app: App) => accounts.find(({ id }) => id === app.account)?.name ?? app.account;
  const columns: Column<App>[] = [
    { name: "Name", of: (app) => <a href={`/settings/apps/${app.id}`}>{app.name}</a> },
    { name: "Repository", breaks: true, of: (app) => (app.ownRemote ? "This controller" : app.gitUrl) },
    { name: "Subfolder", of: (app) => app.subfolder && <code>{app.subfolder}</code> },
    { name: "On push", of: (app) => (app.deployOnPush ? "web build" : "") },
    ...(several ? [{ name: "Account", of: nameOf }] : []),
  ];
  return <DataTable label="Apps" columns={columns} rows={apps} keyOf={({ id }) => id} />;
}
