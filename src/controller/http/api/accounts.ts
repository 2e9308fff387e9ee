import type { FastifyInstance, FastifyRequest } from "fastify";
import type { Selectable } from "kysely";
import { z } from "zod";
import { errorOf } from "../../../base/errors/millwright-error.ts";
import { newId } from "../../../base/ids.ts";
import type { Account } from "../../../protocol/account-api.ts";
import { scopeOf } from "../../accounts/principal.ts";
import { roomGrew } from "../../queue/room-grew.ts";
import type { Services } from "../../services.ts";
import type { AccountChange } from "../../store/account-store.ts";
import type { AccountRow } from "../../store/account-tables.ts";
import { findAccount } from "../account-choice.ts";
import { principalOf, requireOperator } from "../authenticate.ts";
import { told } from "../openapi/told.ts";
import { line, validate } from "../validate.ts";

const name = line(100).regex(/^[^/?#%]+$/, "expected a name without / ? # %");
const concurrencyLimit = z
  .int("expected a whole number, or null for none")
  .min(1, "expected at least 1, or null for none")
  .max(10_000)
  .nullable();

export const ACCOUNT_REQUEST = z.strictObject({ name, concurrencyLimit: concurrencyLimit.default(null) });
export const ACCOUNT_CHANGE = z.strictObject({ name: name.optional(), concurrencyLimit: concurrencyLimit.optional() });

type OfAccount = { Params: { account: string } };

/** The accounts that share this controller. */
export function accountRoutes(api: FastifyInstance, services: Services): void {
  const { store, clock } = services;
  const author = (request: FastifyRequest) => ({ actor: principalOf(request).name, at: clock.now() });

  api.get("/accounts", told("The accounts that one may read", { answer: "Accounts" }), async (request) => {
    const accounts = await store.accounts.list(scopeOf(principalOf(request), "read"));
    return { accounts: accounts.map(toAccount) };
  });

  api.post(
    "/accounts",
    told("Adds an account; for operators", { body: ACCOUNT_REQUEST, status: 201, answer: "Account" }),
    async (request, reply) => {
      requireOperator(principalOf(request));
      const body = validate(ACCOUNT_REQUEST, request.body);
      const limit = body.concurrencyLimit;
      const row = { id: newId("o", 4), name: body.name, concurrency_limit: limit, created_at: clock.now() };
      if (!(await store.accounts.create(row, author(request))))
        throw errorOf("NAME_TAKEN", { kind: "an account", name: body.name });
      return reply.code(201).send(toAccount(row));
    },
  );

  api.get<OfAccount>("/accounts/:account", told("An account, by id or name", { answer: "Account" }), async (request) =>
    toAccount(await findAccount(services, principalOf(request), request.params.account, "read")),
  );

  api.patch<OfAccount>(
    "/accounts/:account",
    told("Changes an account; for operators", { body: ACCOUNT_CHANGE, answer: "Account" }),
    async (request) => {
      const principal = principalOf(request);
      const account = await findAccount(services, principal, request.params.account, "read");
      requireOperator(principal);
      const body = validate(ACCOUNT_CHANGE, request.body);
      const change: AccountChange = {};
      if (body.name !== undefined) change.name = body.name;
      if (body.concurrencyLimit !== undefined) change.concurrency_limit = body.concurrencyLimit;
      if (!(await store.accounts.update(account, change, author(request))))
        throw errorOf("NAME_TAKEN", { kind: "an account", name: `${body.name}` });
      if (body.concurrencyLimit !== undefined) {
        await roomGrew(services, account.id);
        services.changes.queueGrew(); // also when there is no limit any more
      }
      return toAccount({ ...account, ...change });
    },
  );
}

function toAccount(row: Selectable<AccountRow>): Account {
  const { id, name, concurrency_limit: concurrencyLimit } = row;
  return { id, name, concurrencyLimit, createdAt: new Date(row.created_at).toISOString() };
}
