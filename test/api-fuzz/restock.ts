import type { FilledAccount } from "./account.ts";
import type { Ask } from "./ask.ts";

/** Makes again what requests removed of the account, and takes what they changed for its names. */
export async function restock(ask: Ask, { id, names }: FilledAccount): Promise<void> {
  const [environment = "", native = "", automation = ""] = names["name"] ?? [];
  await ask("PUT", `/environments/${environment}?account=${id}`, {
    variables: { PLAIN: "a" },
    secrets: { HIDDEN: "b" },
  });
  await ask("PUT", `/native-configs/${native}?account=${id}`, { appName: "Demo" });
  const { apps } = await ask<{ apps: { id: string; name: string; ownRemote: boolean }[] }>(
    "GET",
    `/apps?account=${id}`,
  );
  // Builds keep an app from being removed: there is always one.
  const some = apps.slice(0, 6);
  names["app"] = some.flatMap((app) => [app.id, app.name]);
  names["repository"] = some.map((app) => `${app.id}.git`);
  for (const app of some) {
    const { automations } = await ask<{ automations: { name: string }[] }>("GET", `/apps/${app.id}/automations`);
    const rule = { name: automation, branches: ["main"], request: { kind: "deploy" } };
    if (!automations.some(({ name }) => name === automation)) await ask("POST", `/apps/${app.id}/automations`, rule);
  }
  const { webhooks } = await ask<{ webhooks: { id: string }[] }>("GET", `/webhooks?account=${id}`);
  for (const webhook of webhooks.slice(3)) await ask("DELETE", `/webhooks/${webhook.id}`);
  const made = await ask<{ id: string }>("POST", `/webhooks?account=${id}`, { url: "http://127.0.0.1:1/hook" });
  const delivery = await ask<{ id: number }>("POST", `/webhooks/${made.id}/ping`);
  names["webhook"] = [made.id, ...webhooks.slice(0, 3).map((webhook) => webhook.id)];
  names["delivery"] = [`${delivery.id}`];
}
