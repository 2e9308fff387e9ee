import { useLocation, useRoute } from "preact-iso";
import type { App } from "../../../protocol/app-api.ts";
import { type Resource, useResource } from "../../client/use-resource.ts";
import { NotFound } from "../../frame/not-found.tsx";
import { mayDo } from "../../session/session.ts";
import { Automations } from "../automations/automations.tsx";
import { Loaded } from "../part/loaded.tsx";
import { Part } from "../part/part.tsx";
import { Removal } from "../part/removal.tsx";
import { AppFacts } from "./app-facts.tsx";
import { AppForm } from "./app-form.tsx";
import { AppRemote } from "./app-remote.tsx";
import { PushHook } from "./push-hook.tsx";
import { Pushes } from "./pushes.tsx";

/** One app: how it is set up, what it builds by itself, and what was pushed. */
export function AppPage() {
  const { app: id = "" } = useRoute().params;
  const app = useResource<App>(`/apps/${encodeURIComponent(id)}`);
  if (app.status === 404) return <NotFound what="app" />;
  return (
    <Part title={app.value?.name ?? "App"} above={{ href: "/settings/apps", name: "Apps" }}>
      <Loaded resource={app}>{(loaded) => <OneApp key={loaded.id} app={loaded} resource={app} />}</Loaded>
    </Part>
  );
}

function OneApp({ app, resource }: { app: App; resource: Resource<App> }) {
  const manages = mayDo("manage", app.account);
  return (
    <>
      <AppRemote app={app} />
      {manages && <PushHook app={app} onMade={resource.reload} />}
      <Automations app={app} manages={manages} />
      <Pushes app={app} />
      <section class="block">
        <h2>How it is set up</h2>
        {manages ? <AppForm app={app} onChanged={resource.replace} /> : <AppFacts app={app} />}
      </section>
      {manages && <RemoveApp app={app} />}
    </>
  );
}

function RemoveApp({ app }: { app: App }) {
  const { route } = useLocation();
  return (
    <section class="block">
      <h2>Delete it</h2>
      <div class="row spread">
        <span>
          An app can be deleted as long as it has no builds. Its automations and the log of its pushes go too.
        </span>
        <Removal
          what="the app"
          name={app.name}
          path={`/apps/${app.id}`}
          onRemoved={() => route("/settings/apps", true)}
        >
          Its automations{app.ownRemote ? ", its repository on this controller" : ""} and the log of its pushes go with
          it. This can't be taken back.
        </Removal>
      </div>
    </section>
  );
}
