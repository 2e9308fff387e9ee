import type { FastifyReply } from "fastify";
import type { z } from "zod";
import type { GivenTokens } from "../../accounts/browser-logins.ts";
import { SCOPE } from "./request-fields.ts";

/** The error codes of RFC 6749, 5.2 that are used here. */
export type OAuthError = "invalid_request" | "invalid_client" | "invalid_grant" | "unsupported_grant_type";

/** The answer of the token endpoint, in the shape of RFC 6749, 5.1. */
export function sendTokens(reply: FastifyReply, tokens: GivenTokens) {
  return uncached(reply).send({
    access_token: tokens.accessToken,
    refresh_token: tokens.refreshToken,
    expires_in: tokens.expiresInSeconds,
    token_type: "Bearer",
    scope: SCOPE,
  });
}

export function sendError(reply: FastifyReply, error: OAuthError, description: string) {
  return uncached(reply)
    .code(error === "invalid_client" ? 401 : 400)
    .send({ error, error_description: description });
}

function uncached(reply: FastifyReply): FastifyReply {
  return reply.header("cache-control", "no-store").header("pragma", "no-cache");
}

/** `redirect_uri: expected …` */
export function firstFault(error: z.ZodError): string {
  const [issue] = error.issues;
  return issue ? `${issue.path.join(".")}: ${issue.message}` : "The request is not valid.";
}
