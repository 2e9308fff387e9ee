import type { FastifyRequest } from "fastify";
import { errorOf } from "../../base/errors/millwright-error.ts";
import { sameSecret } from "../../base/same-secret.ts";

/** Who the holder of the people's token is, in the audit. */
export const ADMIN = "admin";

/** Throws UNAUTHENTICATED unless the request carries the people's token. */
export function requireAdmin(request: FastifyRequest, adminToken: string): void {
  const given = request.headers.authorization ?? "";
  if (given.startsWith("Bearer ") && sameSecret(given.slice(7), adminToken)) return;
  const reason = given ? "It is not a token of this controller." : "The request carries none.";
  throw errorOf("UNAUTHENTICATED", { reason });
}
