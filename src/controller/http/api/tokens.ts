import type { FastifyInstance } from "fastify";
import type { Selectable } from "kysely";
import { z } from "zod";
import { errorOf } from "../../../base/errors/millwright-error.ts";
import { SCOPES, type Scope, type Token } from "../../../protocol/account-api.ts";
import { scopeOf } from "../../accounts/principal.ts";
import { newToken } from "../../accounts/tokens.ts";
import type { Services } from "../../services.ts";
import type { AccountRow, TokenRow } from "../../store/account-tables.ts";
import { findAccount } from "../account-choice.ts";
import { principalOf, requireLogin } from "../authenticate.ts";
import { told } from "../openapi/told.ts";
import { line, validate } from "../validate.ts";

const DAY_MS = 86_400_000;

export const TOKEN_REQUEST = z.strictObject({
  name: line(100),
  scopes: z
    .array(z.enum(SCOPES, `expected some of: ${SCOPES.join(", ")}`))
    .transform((scopes): Scope[] => SCOPES.filter((scope) => scope === "read" || scopes.includes(scope))),
  account: line(100).optional(),
  expiresInDays: z.int().min(1).max(3660, "expected at most 3660 days").optional(),
});

/** A person's tokens for programs. A token can't make or see others: what was copied can't outlive its revocation. */
export function tokenRoutes(api: FastifyInstance, services: Services): void {
  const { store, clock } = services;
  creation(api, services);

  api.get("/tokens", told("One's own tokens for programs", { answer: "Tokens" }), async (request) => {
    const principal = principalOf(request);
    const { user } = requireLogin(principal);
    const accounts = await store.accounts.list(scopeOf(principal, "read"));
    return { tokens: (await store.tokens.ofUser(user.id)).map((row) => toToken(row, accounts)) };
  });

  api.delete<{ Params: { token: string } }>(
    "/tokens/:token",
    told("Revokes a token", { status: 204 }),
    async (request, reply) => {
      const principal = principalOf(request);
      const { user } = requireLogin(principal);
      const row = (await store.tokens.ofUser(user.id)).find(({ id }) => id === request.params.token);
      if (!row) {
        const reason = "You have none of that id: millwright tokens list";
        throw errorOf("NOT_FOUND", { kind: "token", name: request.params.token, reason });
      }
      await store.tokens.revokePersonal(row, { actor: principal.name, at: clock.now() });
      return reply.code(204).send();
    },
  );
}

function creation(api: FastifyInstance, services: Services): void {
  const { store, clock } = services;
  api.post(
    "/tokens",
    told("Makes a token; shows it this once", { body: TOKEN_REQUEST, status: 201, answer: "NewToken" }),
    async (request, reply) => {
      const principal = principalOf(request);
      const { user } = requireLogin(principal);
      const body = validate(TOKEN_REQUEST, request.body);
      const account =
        body.account === undefined ? undefined : await findAccount(services, principal, body.account, "read");
      const now = clock.now();
      const { id, token, hash } = newToken();
      const row = {
        id,
        hash,
        kind: "personal",
        user_id: user.id,
        name: body.name,
        scopes: JSON.stringify(body.scopes),
        account_id: account?.id ?? null,
        family: null,
        created_at: now,
        expires_at: body.expiresInDays === undefined ? null : now + body.expiresInDays * DAY_MS,
      };
      const detail = `${body.scopes.join(", ")}${row.expires_at === null ? "" : `, until ${iso(row.expires_at)}`}`;
      await store.tokens.createPersonal(row, { actor: principal.name, at: now }, detail);
      const shown = toToken({ ...row, last_used_at: null, revoked_at: null }, account ? [account] : []);
      return reply
        .code(201)
        .header("cache-control", "no-store")
        .send({ ...shown, token });
    },
  );
}

function toToken(row: Selectable<TokenRow>, accounts: readonly Selectable<AccountRow>[]): Token {
  const known = accounts.find(({ id }) => id === row.account_id);
  const account = row.account_id === null ? undefined : { id: row.account_id, name: known?.name ?? row.account_id };
  return {
    id: row.id,
    name: row.name,
    scopes: JSON.parse(row.scopes) as Scope[],
    ...(account ? { account } : {}),
    createdAt: iso(row.created_at),
    ...(row.expires_at === null ? {} : { expiresAt: iso(row.expires_at) }),
    ...(row.last_used_at === null ? {} : { lastUsedAt: iso(row.last_used_at) }),
  };
}

function iso(at: number): string {
  return new Date(at).toISOString();
}
