import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { z } from "zod";
import { GrantRefused } from "../../accounts/browser-logins.ts";
import type { Services } from "../../services.ts";
import { pageHeaders } from "../html-page.ts";
import { told } from "../openapi/told.ts";
import { authorizeRoutes } from "./authorize.ts";
import { refusalPage } from "./login-page.ts";
import { TOKEN_FORM } from "./request-fields.ts";
import { firstFault, type OAuthError, sendError, sendTokens } from "./token-answers.ts";

const MOST_FORM_BYTES = 2 ** 14;

/** Logins by browser, as Ionic's CLI from 6.10 on does them: OAuth 2 with PKCE, for programs on the person's own machine. */
export function oauthRoutes(server: FastifyInstance, services: Services): void {
  void server.register(
    async (oauth) => {
      takeForms(oauth);
      oauth.setErrorHandler((error, request, reply) => refuse(error, request, reply, services));
      authorizeRoutes(oauth, services);
      tokenRoute(oauth, services);
    },
    { prefix: "/oauth" },
  );
}

function tokenRoute(oauth: FastifyInstance, services: Services): void {
  const { browserLogins, logger } = services;
  oauth.post(
    "/token",
    told("Exchanges a code, or renews a login", {
      body: TOKEN_FORM,
      bodyType: "application/x-www-form-urlencoded",
      answer: "OAuthTokens",
      access: "anyone",
    }),
    async (request, reply) => {
      const form = TOKEN_FORM.safeParse(request.body ?? {});
      if (!form.success) return sendError(reply, errorFor(form.error), firstFault(form.error));
      try {
        const { data } = form;
        if (data.grant_type === "refresh_token")
          return sendTokens(reply, await browserLogins.refresh(data.refresh_token));
        const of = { clientId: data.client_id, redirectUri: data.redirect_uri };
        return sendTokens(reply, await browserLogins.finish(data.code, data.code_verifier, of));
      } catch (error) {
        if (!(error instanceof GrantRefused)) throw error;
        logger.warn({ address: request.ip, reason: error.message }, "a login by browser was refused");
        return sendError(reply, "invalid_grant", error.message);
      }
    },
  );
}

/** What went wrong before or beside the routes: for programs in OAuth's shape, for people as a page. */
function refuse(error: unknown, request: FastifyRequest, reply: FastifyReply, services: Services) {
  const { statusCode = 500, message } = error as { statusCode?: number; message: string };
  const theirs = statusCode >= 400 && statusCode < 500;
  if (!theirs) services.logger.error({ err: error, path: request.routeOptions.url }, "a request failed");
  const reason = theirs ? message : "The controller failed. Its log says more.";
  if (request.routeOptions.url?.endsWith("/token") !== true)
    return reply.code(statusCode).headers(pageHeaders(undefined)).send(refusalPage(reason));
  if (theirs) return sendError(reply, "invalid_request", reason);
  return reply.code(500).send({ error: "server_error", error_description: reason });
}

function errorFor(error: z.ZodError): OAuthError {
  const field = error.issues[0]?.path[0];
  if (field === "grant_type") return "unsupported_grant_type";
  return field === "client_id" ? "invalid_client" : "invalid_request";
}

/** Bodies are forms, and nothing else. A field that comes twice isn't valid (RFC 6749, 3.1): it is taken as missing. */
function takeForms(oauth: FastifyInstance): void {
  oauth.removeAllContentTypeParsers();
  const options = { parseAs: "string", bodyLimit: MOST_FORM_BYTES } as const;
  oauth.addContentTypeParser("application/x-www-form-urlencoded", options, (_request, body, done) => {
    const fields = new URLSearchParams(body.toString());
    const once = [...new Set(fields.keys())].filter((name) => fields.getAll(name).length === 1);
    done(null, Object.fromEntries(once.map((name) => [name, fields.get(name)])));
  });
}
