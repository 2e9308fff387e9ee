import { useLocation, useRoute } from "preact-iso";
import type { Webhook } from "../../../protocol/webhook-api.ts";
import { call } from "../../client/api.ts";
import { useAction } from "../../client/use-action.ts";
import { type Resource, useResource } from "../../client/use-resource.ts";
import { FailureBox } from "../../controls/failure-box.tsx";
import { NotFound } from "../../frame/not-found.tsx";
import { say } from "../../frame/notices.tsx";
import { Facts } from "../part/facts.tsx";
import { Loaded } from "../part/loaded.tsx";
import { Part } from "../part/part.tsx";
import { Removal } from "../part/removal.tsx";
import { Deliveries } from "./deliveries.tsx";
import { WebhookForm } from "./webhook-form.tsx";

/** One webhook and what was sent to it. */
export function WebhookPage() {
  const { webhook: id = "" } = useRoute().params;
  const webhook = useResource<Webhook>(`/webhooks/${encodeURIComponent(id)}`);
  if (webhook.status === 404) return <NotFound what="webhook" />;
  return (
    <Part title="Webhook" above={{ href: "/settings/webhooks", name: "Webhooks" }}>
      <Loaded resource={webhook}>
        {(loaded) => (
          <>
            <WebhookState webhook={loaded} resource={webhook} />
            <Deliveries webhook={loaded} />
            <section class="block">
              <h2>Change it</h2>
              <WebhookForm key={loaded.id} webhook={loaded} onChanged={webhook.replace} />
            </section>
          </>
        )}
      </Loaded>
    </Part>
  );
}

function WebhookState({ webhook, resource }: { webhook: Webhook; resource: Resource<Webhook> }) {
  const { id, url, app, enabled } = webhook;
  const { route } = useLocation();
  const switching = useAction(async () => {
    resource.replace(await call<Webhook>("PATCH", `/webhooks/${id}`, { enabled: !enabled }));
    say(`The webhook is ${enabled ? "disabled" : "enabled"}.`);
  });
  return (
    <section class="block">
      <Facts
        facts={[
          ["Address", <code key="url">{url}</code>],
          ["Apps", app?.name ?? "all of the account"],
          ["State", enabled ? "enabled" : "disabled: nothing is sent"],
        ]}
      />
      <FailureBox failure={switching.failure} />
      <div class="row block-actions">
        <button type="button" class="small" disabled={switching.running} onClick={() => switching.run()}>
          {enabled ? "Disable" : "Enable"}
        </button>
        <Removal
          what="the webhook to"
          name={url}
          path={`/webhooks/${id}`}
          onRemoved={() => route("/settings/webhooks", true)}
        >
          It is told nothing more, and the log of what was sent to it goes too.
        </Removal>
      </div>
    </section>
  );
}
