import { DELIVERY_STATES } from "../../protocol/webhook-api.ts";
import type { WebhookOptions } from "../webhooks/webhooks.ts";
import type { CommandLine } from "./command-line.ts";
import { asksController, examples, type Invocation } from "./invocation.ts";

/** `millwright webhooks …`. */
export function defineWebhooks(program: CommandLine, invocation: Invocation): void {
  const group = program
    .command("webhooks")
    .description("addresses that are told when builds end: list, add, set, remove");
  const actions = () => import("../webhooks/webhooks.ts");

  const list = asksController(group.command("list", { isDefault: true })).description("list the webhooks");
  examples(list, ["millwright webhooks", ""]);
  list.action(() => invocation.act(list, async (session) => (await actions()).listWebhooks(session)));

  const add = asksController(group.command("add").argument("[url]", "where to post to: http or https"))
    .description("tell this address when a build has ended; prints the secret that signs, once")
    .option("--app <name>", "only of builds of this app")
    .option("--secret-file <file>", "file with the secret, instead of one that the controller makes; - for stdin");
  add.action((url: string | undefined) =>
    invocation.act(add, async (session) =>
      (await actions()).addWebhook(session, add.fullName, url, add.opts<WebhookOptions>()),
    ),
  );
  examples(add, ["millwright webhooks add https://ci.example.com/hooks/builds --app shop", ""]);

  const set = asksController(group.command("set").argument("<webhook>", "id of the webhook"))
    .description("change what is given, leave the rest")
    .option("--to <url>", "another address to post to")
    .option("--secret-file <file>", "file with another secret; - for stdin")
    .option("--enable", "switch it on")
    .option("--disable", "switch it off; what still waits for it is not sent any more");
  examples(set, ["millwright webhooks set w1a2b3c4d --disable", ""]);
  set.action((id: string) =>
    invocation.act(set, async (session) =>
      (await actions()).changeWebhook(session, set.fullName, id, set.opts<WebhookOptions>()),
    ),
  );

  const remove = asksController(group.command("remove").argument("<webhook>", "id of the webhook"));
  remove.description("remove a webhook and the log of its deliveries");
  examples(remove, ["millwright webhooks remove w1a2b3c4d", ""]);
  remove.action((id: string) =>
    invocation.act(remove, async (session) => (await actions()).removeWebhook(session, id)),
  );
  defineDeliveries(group, invocation);
}

function defineDeliveries(group: CommandLine, invocation: Invocation): void {
  const actions = () => import("../webhooks/deliveries.ts");

  const ping = asksController(group.command("ping").argument("<webhook>", "id of the webhook"));
  ping.description("send a test and say what the receiver answered");
  examples(ping, ["millwright webhooks ping w1a2b3c4d", ""]);
  ping.action((id: string) => invocation.act(ping, async (session) => (await actions()).pingWebhook(session, id)));

  const list = asksController(group.command("deliveries").argument("<webhook>", "id of the webhook"))
    .description("what was sent to it, the newest first")
    .option("--state <state>", "only waiting, delivered or failed ones")
    .option("--limit <number>", "at most so many", "20");
  list.choices.set("--state", DELIVERY_STATES);
  examples(list, ["millwright webhooks deliveries w1a2b3c4d --state failed", ""]);
  list.action((id: string) =>
    invocation.act(list, async (session) =>
      (await actions()).listDeliveries(session, list.fullName, id, list.opts<{ state?: string; limit: string }>()),
    ),
  );

  const again = asksController(group.command("again").argument("<delivery>", "number of the delivery"));
  again.description("send a delivery once more");
  examples(again, ["millwright webhooks again 7", ""]);
  again.action((text: string) =>
    invocation.act(again, async (session) => (await actions()).deliverAgain(session, again.fullName, text)),
  );
}
