import { useState } from "preact/hooks";
import { DELIVERY_STATES, type Delivery, type Webhook } from "../../../protocol/webhook-api.ts";
import { call, queryOf } from "../../client/api.ts";
import { useAction } from "../../client/use-action.ts";
import { type Column, DataTable } from "../../controls/data-table.tsx";
import { FailureBox } from "../../controls/failure-box.tsx";
import { say } from "../../frame/notices.tsx";
import { Loaded } from "../part/loaded.tsx";
import { MoreButton } from "../part/more-button.tsx";
import { usePages } from "../part/use-pages.ts";
import { DELIVERY_COLUMNS, wordsOf } from "./delivery-columns.tsx";

const PAGE = 20;

/** What was sent to a webhook; anything of it can be sent again. */
export function Deliveries({ webhook }: { webhook: Webhook }) {
  const [state, setState] = useState("");
  const deliveries = usePages(
    (before) => `/webhooks/${webhook.id}/deliveries${queryOf({ state, limit: PAGE, before })}`,
    (answer: { deliveries: Delivery[]; next?: number }) => answer.deliveries,
  );
  const pinging = useAction(async () => {
    const delivery = await call<Delivery>("POST", `/webhooks/${webhook.id}/ping`);
    say(`The test: ${wordsOf(delivery)}.`);
    deliveries.reload();
  });
  const sending = useAction(async (id: number) => {
    await call("POST", `/deliveries/${id}/again`);
    say("It is being sent again.");
    deliveries.reload();
  });
  return (
    <section class="block">
      <div class="row spread card-head">
        <h2>What was sent</h2>
        <div class="row">
          <StateChoice state={state} onChoose={setState} />
          <button type="button" class="small" onClick={deliveries.reload}>
            Refresh
          </button>
          <button type="button" class="small" disabled={pinging.running} onClick={() => pinging.run()}>
            {pinging.running ? "Sending a test…" : "Send a test"}
          </button>
        </div>
      </div>
      <FailureBox failure={pinging.failure ?? sending.failure} />
      <Loaded resource={deliveries}>{(rows) => <Listed rows={rows} state={state} onAgain={sending.run} />}</Loaded>
      <MoreButton more={deliveries.more} />
    </section>
  );
}

interface ListedProps {
  rows: Delivery[];
  state: string;
  onAgain: (id: number) => unknown;
}

function Listed({ rows, state, onAgain }: ListedProps) {
  if (rows.length === 0)
    return <p class="quiet">Nothing {state || "so far"}. A test shows at once whether the receiver answers.</p>;
  const again: Column<Delivery> = {
    name: "Actions",
    actions: true,
    of: ({ id }) => (
      <button type="button" class="small" aria-label={`Send again: number ${id}`} onClick={() => onAgain(id)}>
        Send again
      </button>
    ),
  };
  return <DataTable label="Deliveries" columns={[...DELIVERY_COLUMNS, again]} rows={rows} keyOf={({ id }) => id} />;
}

function StateChoice({ state, onChoose }: { state: string; onChoose: (state: string) => void }) {
  return (
    <select
      class="small-choice"
      aria-label="State"
      value={state}
      onChange={(event) => onChoose(event.currentTarget.value)}
    >
      <option value="">all states</option>
      {DELIVERY_STATES.map((each) => (
        <option key={each}>{each}</option>
      ))}
    </select>
  );
}
