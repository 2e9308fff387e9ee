import type { FastifyRequest } from "fastify";
import type { Selectable } from "kysely";
import { z } from "zod";
import { errorOf } from "../../base/errors/millwright-error.ts";
import { type Permission, type Principal, scopeOf } from "../accounts/principal.ts";
import { notFound } from "../queue/build-requests.ts";
import type { Services } from "../services.ts";
import type { AccountRow } from "../store/account-tables.ts";
import type { AppRow } from "../store/tables.ts";
import { principalOf, requirePermission } from "./authenticate.ts";

export const ACCOUNT_QUERY = z.strictObject({ account: z.string().optional() });

/** The account of those who are in several and name none, when it is one of theirs. */
const FIRST_ACCOUNT = "default";

/**
 * The account that a request is about: `?account=` names it by name or id; without it, it is the only one of the person, or
 * `default`. Throws NOT_FOUND, ACCOUNT_NOT_NAMED, NOT_ALLOWED.
 */
export async function accountOf(services: Services, request: FastifyRequest, permission: Permission): Promise<string> {
  const principal = principalOf(request);
  const { account: key } = (request.query ?? {}) as { account?: unknown };
  const accounts = await services.store.accounts.list(scopeOf(principal, "read"));
  const account = key === undefined ? theOnly(accounts) : named(accounts, `${key}`);
  requirePermission(principal, account.id, permission);
  return account.id;
}

/** The account of that id or name, among those that the person may read. Throws NOT_FOUND with their names, NOT_ALLOWED. */
export async function findAccount(
  services: Services,
  principal: Principal,
  key: string,
  permission: Permission,
): Promise<Selectable<AccountRow>> {
  const account = named(await services.store.accounts.list(scopeOf(principal, "read")), key);
  requirePermission(principal, account.id, permission);
  return account;
}

/** Those that may be read of the account that the request names, or of all that the person is in. */
export async function scopeOfRequest(services: Services, request: FastifyRequest) {
  const { account } = (request.query ?? {}) as { account?: unknown };
  return account === undefined ? scopeOf(principalOf(request), "read") : [await accountOf(services, request, "read")];
}

/** The app of that id or name, among those that the person may read. Throws NOT_FOUND with the names that exist, NOT_ALLOWED. */
export async function findApp(
  services: Services,
  principal: Principal,
  key: string,
  permission: Permission,
): Promise<Selectable<AppRow>> {
  const scope = scopeOf(principal, "read");
  const [app, another] = await services.store.apps.findAll(key, scope);
  if (!app)
    throw notFound(
      "app",
      key,
      (await services.store.apps.list(scope)).map((each) => each.name),
    );
  if (another && app.id !== key) throw errorOf("APP_AMBIGUOUS", { name: key, ids: `${app.id}, ${another.id}` });
  requirePermission(principal, app.account_id, permission);
  return app;
}

function theOnly(accounts: readonly Selectable<AccountRow>[]): Selectable<AccountRow> {
  const only = accounts.length === 1 ? accounts[0] : accounts.find(({ id }) => id === FIRST_ACCOUNT);
  if (only) return only;
  throw errorOf("ACCOUNT_NOT_NAMED", { names: accounts.map(({ name }) => name).join(", ") || "none" });
}

function named(accounts: readonly Selectable<AccountRow>[], key: string): Selectable<AccountRow> {
  const account = accounts.find(({ id, name }) => id === key || name === key);
  if (!account)
    throw notFound(
      "account",
      key,
      accounts.map(({ name }) => name),
    );
  return account;
}
