import type { Selectable } from "kysely";
import { errorOf } from "../../../base/errors/millwright-error.ts";
import { type Principal, scopeOf } from "../../accounts/principal.ts";
import { notFound } from "../../queue/build-requests.ts";
import type { Services } from "../../services.ts";
import type { AccountRow } from "../../store/account-tables.ts";
import { requirePermission } from "../authenticate.ts";

/**
 * The account that Appflow's `org_id` names, by id or name; without it the only one of the person, or `default`. They may
 * add apps there. Throws NOT_FOUND, ACCOUNT_NOT_NAMED, NOT_ALLOWED.
 */
export async function accountNamed(
  { store }: Services,
  principal: Principal,
  key: string | undefined,
): Promise<Selectable<AccountRow>> {
  const accounts = await store.accounts.list(scopeOf(principal, "read"));
  const names = accounts.map(({ name }) => name);
  const theOnly = accounts.length === 1 ? accounts[0] : accounts.find(({ id }) => id === "default");
  const account = key === undefined ? theOnly : accounts.find(({ id, name }) => id === key || name === key);
  if (!account && key !== undefined) throw notFound("account", key, names);
  if (!account) throw errorOf("ACCOUNT_NOT_NAMED", { names: names.join(", ") || "none" });
  requirePermission(principal, account.id, "manage");
  return account;
}
