import type { FastifyRequest } from "fastify";
import type { Selectable } from "kysely";
import { errorOf } from "../../../base/errors/millwright-error.ts";
import { may, type Permission, type Principal, permissionsOf } from "../../accounts/principal.ts";
import { appOfFetchToken } from "../../secrets/fetch-token.ts";
import type { Services } from "../../services.ts";
import type { UserRow } from "../../store/account-tables.ts";
import type { AppRow } from "../../store/tables.ts";
import { bearerOf } from "../authenticate.ts";

/** Who speaks git to the controller: a person, or a build that may read the repository of its app. */
export type GitCaller = { principal: Principal } | { buildOf: string };

/**
 * Basic with a token as the password and any user name, or with e-mail and password; or a bearer token. Throws
 * UNAUTHENTICATED, LOGIN_REFUSED, TOO_MANY_LOGINS.
 */
export async function callerOf(services: Services, request: FastifyRequest): Promise<GitCaller> {
  const login = basicOf(request.headers.authorization);
  const token = login?.password ?? bearerOf(request);
  const buildOf = token === undefined ? undefined : await appOfFetchToken(services, token);
  if (buildOf !== undefined) return { buildOf };
  if (login && /^[^\s@]+@[^\s@]+$/.test(login.username)) return personOf(services, login, request.ip);
  return { principal: await services.authenticator.byToken(token) };
}

/** The name for git's own records, and for the log of pushes. */
export function nameOf(caller: GitCaller): string {
  return "principal" in caller ? caller.principal.name : "build";
}

/** Whether the caller may read the repository of an app, or push to it. Builds only read. */
export function mayUse(caller: GitCaller, app: Selectable<AppRow>, permission: Permission): boolean {
  if ("buildOf" in caller) return permission === "read" && caller.buildOf === app.id;
  return may(caller.principal, app.account_id, permission);
}

/** Somebody who logs in by e-mail may also show a token: git asks for both, and people enter what they have. */
async function personOf(
  services: Services,
  { username, password }: { username: string; password: string },
  address: string,
): Promise<GitCaller> {
  const byToken = await services.authenticator.byToken(password).catch(() => undefined); // then it is a password
  if (byToken) return { principal: byToken };
  return { principal: await principalOf(services, await services.logins.person(username, password, address)) };
}

async function principalOf(services: Services, user: Selectable<UserRow>): Promise<Principal> {
  const memberships = await services.store.members.ofUser(user.id);
  const accounts = memberships.map(({ account_id: id, role }) => [id, new Set(permissionsOf(role))] as const);
  const { id, email } = user;
  return { name: email, user: { id, email }, operator: user.operator === 1, accounts: new Map(accounts) };
}

function basicOf(header = ""): { username: string; password: string } | undefined {
  const [, encoded] = /^basic ([A-Za-z0-9+/=_-]+)$/i.exec(header.trim()) ?? [];
  if (encoded === undefined) {
    if (!/^basic\b/i.test(header)) return undefined;
    throw errorOf("UNAUTHENTICATED", { reason: "The Authorization header can't be read." });
  }
  const text = Buffer.from(encoded, "base64").toString();
  const colon = text.indexOf(":");
  return { username: text.slice(0, Math.max(0, colon)), password: text.slice(colon + 1) };
}
