import type { App } from "../../../protocol/app-api.ts";
import type { NewWebhook, WebhookRequest } from "../../../protocol/webhook-api.ts";
import { call, queryOf } from "../../client/api.ts";
import { useAction } from "../../client/use-action.ts";
import { useDraft } from "../../client/use-draft.ts";
import { useResource } from "../../client/use-resource.ts";
import { Dialog } from "../../controls/dialog.tsx";
import { Field } from "../../controls/field.tsx";
import { Form } from "../../controls/form.tsx";
import { say } from "../../frame/notices.tsx";

interface NewWebhookDialogProps {
  account: string;
  onAdded: (webhook: NewWebhook) => void;
  onClose: () => void;
}

export function NewWebhookDialog({ account, onAdded, onClose }: NewWebhookDialogProps) {
  const apps = useResource<{ apps: App[] }>(`/apps${queryOf({ account })}`);
  const draft = useDraft({ url: "", app: "", secret: "" });
  const adding = useAction(async () => {
    const { url, app, secret } = draft.value;
    const wanted: WebhookRequest = { url: url.trim(), ...(app ? { app } : {}), ...(secret ? { secret } : {}) };
    const webhook = await call<NewWebhook>("POST", `/webhooks${queryOf({ account })}`, wanted);
    say("The webhook was added.");
    onAdded(webhook);
  });
  return (
    <Dialog title="Add a webhook" onClose={onClose}>
      <Form action={adding} submit="Add the webhook" onCancel={onClose}>
        <Field label="Address">
          <input {...draft.text("url")} type="url" placeholder="https://…" required autofocus spellcheck={false} />
        </Field>
        <Field label="Of which app">
          <select {...draft.text("app")}>
            <option value="">all apps</option>
            {(apps.value?.apps ?? []).map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </select>
        </Field>
        <Field label="Secret (optional)" hint="16 to 200 characters. Left empty, one is made and shown once.">
          <input {...draft.text("secret")} type="password" autocomplete="new-password" minLength={16} maxLength={200} />
        </Field>
      </Form>
    </Dialog>
  );
}
