import type { FastifyInstance } from "fastify";
import { z } from "zod";
import type { Login, Me, MemberRole } from "../../../protocol/account-api.ts";
import { hashPassword } from "../../accounts/passwords.ts";
import { PERMISSIONS, type Principal, scopeOf } from "../../accounts/principal.ts";
import type { Services } from "../../services.ts";
import { principalOf, requireLogin } from "../authenticate.ts";
import { told } from "../openapi/told.ts";
import { validate } from "../validate.ts";
import { email, newPassword, password } from "./person-fields.ts";

export const LOGIN_REQUEST = z.strictObject({ email, password });
export const PASSWORD_CHANGE = z.strictObject({ current: password, new: newPassword });

/** The one route that needs no token. */
export function loginRoute(api: FastifyInstance, services: Services): void {
  api.post(
    "/session",
    told("Logs in by e-mail and password", { body: LOGIN_REQUEST, status: 201, answer: "Login", access: "anyone" }),
    async (request, reply) => {
      const body = validate(LOGIN_REQUEST, request.body);
      const login: Login = await services.logins.byPassword(body.email, body.password, request.ip);
      return reply.code(201).header("cache-control", "no-store").send(login);
    },
  );
}

/** What a person does with the own login. */
export function sessionRoutes(api: FastifyInstance, services: Services): void {
  const { store, clock, logins } = services;
  api.delete("/session", told("Ends the login whose token is shown", { status: 204 }), async (request, reply) => {
    await logins.end(request.shownToken ?? "");
    return reply.code(204).send();
  });

  api.get("/me", told("Who shows the token, and what they may do", { answer: "Me" }), async (request) =>
    meOf(services, principalOf(request)),
  );

  api.put(
    "/me/password",
    told("Changes one's own password; ends one's other logins", { body: PASSWORD_CHANGE, status: 204 }),
    async (request, reply) => {
      const principal = principalOf(request);
      const { user, login } = requireLogin(principal);
      const body = validate(PASSWORD_CHANGE, request.body);
      const row = await logins.person(user.email, body.current, request.ip);
      const change = { password_hash: await hashPassword(body.new) };
      await store.users.update(row, change, { actor: principal.name, at: clock.now() }, login);
      return reply.code(204).send();
    },
  );
}

/** A person as they see themselves. */
export async function meOf({ store }: Pick<Services, "store">, principal: Principal): Promise<Me> {
  const { name, user, operator } = principal;
  const memberships = user ? await store.members.ofUser(user.id) : [];
  const accounts = await store.accounts.list(scopeOf(principal, "read"));
  const mine = accounts.map((account) => {
    const role = memberships.find((each) => each.account_id === account.id)?.role as MemberRole | undefined;
    const scopes = operator ? [...PERMISSIONS] : [...(principal.accounts.get(account.id) ?? [])];
    return { id: account.id, name: account.name, ...(role ? { role } : {}), scopes };
  });
  return { name, ...(user ? { user } : {}), operator, accounts: mine };
}
