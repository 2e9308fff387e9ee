import type { Delivery } from "../../../protocol/webhook-api.ts";
import type { Column } from "../../controls/data-table.tsx";
import { Ago } from "../../controls/moments.tsx";

const SIGNS = { delivered: "✓", failed: "✗", waiting: "…" };
const CLASSES = { delivered: "good", failed: "bad", waiting: "warn" };

/** What came of a delivery: `delivered, answered 200`, `failed: It answered 500`. */
export function wordsOf({ state, response, error }: Delivery): string {
  if (error) return `${state}: ${error.replace(/\.$/, "")}`;
  return response === undefined ? state : `${state}, answered ${response}`;
}

export const DELIVERY_COLUMNS: Column<Delivery>[] = [
  { name: "Number", of: ({ id }) => id },
  {
    name: "About",
    of: ({ build }) => (build === undefined ? "a test" : <a href={`/builds/${build}`}>build #{build}</a>),
  },
  {
    name: "State",
    of: (delivery) => (
      <span class={CLASSES[delivery.state]}>
        <span aria-hidden="true">{SIGNS[delivery.state]} </span>
        {wordsOf(delivery)}
      </span>
    ),
  },
  { name: "Attempts", of: ({ attempts }) => <span class="number">{attempts}</span> },
  { name: "Since", of: ({ createdAt }) => <Ago at={createdAt} /> },
  { name: "Next attempt", of: ({ nextAt }) => nextAt && <Ago at={nextAt} /> },
];
