import type { FastifyInstance, FastifyRequest } from "fastify";
import { errorOf } from "../../base/errors/millwright-error.ts";
import type { Authenticator } from "../accounts/authenticator.ts";
import { may, type Permission, type Principal } from "../accounts/principal.ts";

declare module "fastify" {
  interface FastifyRequest {
    principal: Principal | undefined;
    /** Never to be logged. */
    shownToken: string | undefined;
  }
}

/**
 * Every route of `api` wants a token from now on: a bearer token, or else what `otherwise` finds in the request. Throws
 * UNAUTHENTICATED without a good one.
 */
export function requireToken(
  api: FastifyInstance,
  authenticator: Authenticator,
  otherwise: (request: FastifyRequest) => string | undefined = () => undefined,
): void {
  api.decorateRequest("principal", undefined);
  api.decorateRequest("shownToken", undefined);
  api.addHook("onRequest", async (request) => {
    request.shownToken = bearerOf(request) ?? otherwise(request);
    await lookAgain(authenticator, request);
  });
}

/** Who shows the request's token, as of now. Throws UNAUTHENTICATED when it is no longer good. */
export async function lookAgain(authenticator: Authenticator, request: FastifyRequest): Promise<Principal> {
  request.principal = await authenticator.byToken(request.shownToken);
  return request.principal;
}

/** Who makes the request. For routes below `requireToken`. */
export function principalOf(request: FastifyRequest): Principal {
  if (!request.principal) throw new Error(`${request.routeOptions.url} was reached without a token`);
  return request.principal;
}

/** Throws NOT_ALLOWED unless the person may do this in the account. What they may not even read must be not found before. */
export function requirePermission(principal: Principal, accountId: string, permission: Permission): void {
  if (may(principal, accountId, permission)) return;
  throw errorOf("NOT_ALLOWED", { name: principal.name, permission });
}

/** Throws NOT_ALLOWED unless it is an operator, who may do what belongs to no account. */
export function requireOperator(principal: Principal): void {
  if (!principal.operator) throw errorOf("NOT_ALLOWED", { name: principal.name, permission: "operate the controller" });
}

/** Throws LOGIN_NEEDED unless the token is that of a person's login. */
export function requireLogin(principal: Principal): { user: { id: number; email: string }; login: string } {
  const { user, login, name } = principal;
  if (user && login !== undefined) return { user, login };
  throw errorOf("LOGIN_NEEDED", { name });
}

/** The token of the request as it was shown. */
export function bearerOf(request: FastifyRequest): string | undefined {
  const given = request.headers.authorization ?? "";
  return /^bearer /i.test(given) ? given.slice(7).trim() : undefined;
}
