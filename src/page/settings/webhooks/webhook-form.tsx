import type { Webhook, WebhookChange } from "../../../protocol/webhook-api.ts";
import { call } from "../../client/api.ts";
import { useAction } from "../../client/use-action.ts";
import { useDraft } from "../../client/use-draft.ts";
import { Field } from "../../controls/field.tsx";
import { Form } from "../../controls/form.tsx";
import { say } from "../../frame/notices.tsx";

/** Changes where a webhook goes, or what it is signed with. */
export function WebhookForm({ webhook, onChanged }: { webhook: Webhook; onChanged: (webhook: Webhook) => void }) {
  const draft = useDraft({ url: webhook.url, secret: "" });
  const saving = useAction(async () => {
    const { url, secret } = draft.value;
    const change: WebhookChange = { url: url.trim(), ...(secret === "" ? {} : { secret }) };
    onChanged(await call<Webhook>("PATCH", `/webhooks/${webhook.id}`, change));
    draft.change({ secret: "" });
    say("The webhook was saved.");
  });
  return (
    <Form action={saving} submit="Save">
      <Field label="Address">
        <input {...draft.text("url")} type="url" required spellcheck={false} />
      </Field>
      <Field label="New secret (optional)" hint="16 to 200 characters. Empty: the one that it has.">
        <input {...draft.text("secret")} type="password" autocomplete="new-password" minLength={16} maxLength={200} />
      </Field>
    </Form>
  );
}
