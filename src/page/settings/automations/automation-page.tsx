import { useRoute } from "preact-iso";
import type { App } from "../../../protocol/app-api.ts";
import type { Automation } from "../../../protocol/push-api.ts";
import { useResource } from "../../client/use-resource.ts";
import { NotFound } from "../../frame/not-found.tsx";
import { mayDo } from "../../session/session.ts";
import { Facts } from "../part/facts.tsx";
import { Loaded } from "../part/loaded.tsx";
import { Part } from "../part/part.tsx";
import { inWords } from "./automation-draft.ts";
import { AutomationForm } from "./automation-form.tsx";

/** One automation of an app, or a new one. */
export function AutomationPage() {
  const { app: appId = "", automation: id = "" } = useRoute().params;
  const isNew = id === "new";
  const path = `/apps/${encodeURIComponent(appId)}`;
  const app = useResource<App>(path);
  const automation = useResource<Automation>(isNew ? undefined : `${path}/automations/${encodeURIComponent(id)}`);
  if (app.status === 404) return <NotFound what="app" />;
  if (automation.status === 404) return <NotFound what="automation" />;
  const title = isNew ? "Add an automation" : (automation.value?.name ?? "Automation");
  const about = "Builds every push to the branches that it names.";
  return (
    <Part title={title} about={about} above={{ href: `/settings/apps/${appId}`, name: app.value?.name ?? "The app" }}>
      <Loaded resource={app}>
        {(loaded) =>
          isNew ? (
            <NewAutomation app={loaded} />
          ) : (
            <Loaded resource={automation}>{(one) => <OneAutomation app={loaded} automation={one} />}</Loaded>
          )
        }
      </Loaded>
    </Part>
  );
}

function NewAutomation({ app }: { app: App }) {
  if (mayDo("manage", app.account)) return <AutomationForm key="new" app={app} />;
  return <p class="notice">This is for those who manage the app's account.</p>;
}

function OneAutomation({ app, automation }: { app: App; automation: Automation }) {
  const { branches, request, enabled, fault } = automation;
  const facts: [string, string][] = [
    ["Branches", branches.join(", ")],
    ["Builds", inWords(request)],
    ["Enabled", enabled ? "yes" : "no"],
    ["Security profile", request.securityProfile ?? ""],
    ["Environment", request.environment ?? ""],
    ["Native config", request.nativeConfig ?? ""],
    ["Target platform", request.targetPlatform ?? ""],
    ["File name", request.buildFileName ?? ""],
  ];
  return (
    <>
      {fault && <p class="notice part-note">It can't start builds now. {fault}</p>}
      {mayDo("manage", app.account) ? (
        <AutomationForm key={automation.id} app={app} automation={automation} />
      ) : (
        <Facts facts={facts} />
      )}
    </>
  );
}
