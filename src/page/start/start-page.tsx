import { useLocation } from "preact-iso";
import type { App } from "../../protocol/app-api.ts";
import { queryOf } from "../client/api.ts";
import { useResource } from "../client/use-resource.ts";
import { FailureBox } from "../controls/failure-box.tsx";
import { useTitle } from "../frame/title.ts";
import { account, mayDo } from "../session/session.ts";
import { StartForm } from "./start-form.tsx";

/** Asks for a build by hand. `?app=` chooses the app. */
export function StartPage() {
  useTitle("Start a build");
  const { query, route } = useLocation();
  const { value, failure } = useResource<{ apps: App[] }>(`/apps${queryOf({ account: account.value })}`);
  const apps = value?.apps.filter((app) => mayDo("build", app.account));
  const app = apps?.find(({ id, name }) => id === query["app"] || name === query["app"]) ?? apps?.[0];
  return (
    <>
      <h1>Start a build</h1>
      <FailureBox failure={failure} />
      {apps?.length === 0 && (
        <p class="empty">
          There is no app yet that you may build. Add one in the <a href="/settings/apps">settings</a>.
        </p>
      )}
      {app && apps && (
        <StartForm key={app.id} app={app} apps={apps} onApp={(id) => route(`/start${queryOf({ app: id })}`, true)} />
      )}
    </>
  );
}
