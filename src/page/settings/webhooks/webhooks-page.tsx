import { useState } from "preact/hooks";
import type { MyAccount } from "../../../protocol/account-api.ts";
import type { NewWebhook, Webhook } from "../../../protocol/webhook-api.ts";
import { queryOf } from "../../client/api.ts";
import { useResource } from "../../client/use-resource.ts";
import { type Column, DataTable } from "../../controls/data-table.tsx";
import { SecretOnce } from "../../controls/secret-once.tsx";
import { mayDo, oneAccount } from "../../session/session.ts";
import { Empty } from "../part/empty.tsx";
import { InAccount } from "../part/in-account.tsx";
import { Loaded } from "../part/loaded.tsx";
import { Part } from "../part/part.tsx";
import { NewWebhookDialog } from "./new-webhook-dialog.tsx";

/** Addresses that are told when builds end. */
export function WebhooksPage() {
  const [adding, setAdding] = useState(false);
  const add = mayDo("manage", oneAccount() ?? "") && oneAccount() && (
    <button type="button" class="primary" onClick={() => setAdding(true)}>
      Add a webhook
    </button>
  );
  return (
    <Part title="Webhooks" about="Addresses that are told when a build has ended." action={add}>
      <InAccount what="Webhooks" toManage>
        {(mine) => <Webhooks account={mine} adding={adding} onAdding={setAdding} />}
      </InAccount>
    </Part>
  );
}

interface WebhooksProps {
  account: MyAccount;
  adding: boolean;
  onAdding: (adding: boolean) => void;
}

function Webhooks({ account, adding, onAdding }: WebhooksProps) {
  const webhooks = useResource<{ webhooks: Webhook[] }>(`/webhooks${queryOf({ account: account.id })}`);
  const [secret, setSecret] = useState<string>();
  const added = (webhook: NewWebhook) => {
    onAdding(false);
    setSecret(webhook.secret);
    webhooks.reload();
  };
  return (
    <>
      <Loaded resource={webhooks}>{({ webhooks: rows }) => <Listed webhooks={rows} />}</Loaded>
      {adding && <NewWebhookDialog account={account.id} onAdded={added} onClose={() => onAdding(false)} />}
      {secret !== undefined && (
        <SecretOnce title="The secret of the webhook" secret={secret} onClose={() => setSecret(undefined)}>
          <p>What is sent is signed with it. Give it to the receiver, which checks the signature.</p>
        </SecretOnce>
      )}
    </>
  );
}

function Listed({ webhooks }: { webhooks: Webhook[] }) {
  if (webhooks.length > 0)
    return <DataTable label="Webhooks" columns={COLUMNS} rows={webhooks} keyOf={({ id }) => id} />;
  return (
    <Empty title="No webhook yet">
      A webhook tells another system, such as a chat or a test farm, that a build has ended, with its status and its
      files. Add one with the address that system gives you.
    </Empty>
  );
}

const COLUMNS: Column<Webhook>[] = [
  { name: "Address", breaks: true, of: ({ id, url }) => <a href={`/settings/webhooks/${id}`}>{url}</a> },
  { name: "Apps", of: ({ app }) => app?.name ?? "all" },
  { name: "State", of: ({ enabled }) => (enabled ? "enabled" : <span class="quiet">disabled</span>) },
];
