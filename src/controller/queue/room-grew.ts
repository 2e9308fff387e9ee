import type { Services } from "../services.ts";

/**
 * A build of the account ended, or its limit was changed: others of it may begin now, on agents that wait for work, and who
 * follows them is told that they are no longer pending.
 */
export async function roomGrew({ store, changes }: Pick<Services, "store" | "changes">, accountId: string) {
  changes.accountChanged(accountId);
  const account = await store.accounts.find(accountId);
  if (account && account.concurrency_limit !== null) changes.queueGrew();
}
