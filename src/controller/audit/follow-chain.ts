import { setImmediate as othersTurn } from "node:timers/promises";
import type { ChainCheck } from "../../protocol/audit-check.ts";
import { entryOf } from "../store/audit-chaining.ts";
import type { AuditStore } from "../store/audit-store.ts";

/** The embedded store answers at once: others get their turn between two pages. */
const PAGE = 200;

/** Takes the check from where it is to the end of the chain; it is not told that this is the end. Stops early when `isEnough`. */
export async function followChain(
  audit: Pick<AuditStore, "chain">,
  check: ChainCheck,
  isEnough: () => boolean = () => false,
): Promise<void> {
  for (let more = true; more && !isEnough(); ) {
    const rows = await audit.chain(check.last.seq, PAGE);
    more = check.take(rows.map(entryOf)) && rows.length === PAGE;
    await othersTurn();
  }
}
