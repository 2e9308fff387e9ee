import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";
import { hashOfToken } from "../../accounts/tokens.ts";
import type { Services } from "../../services.ts";
import { LOGIN_REQUEST, meOf } from "../api/session.ts";
import { told } from "../openapi/told.ts";
import { line, validate } from "../validate.ts";
import { giveCookie, hasCookie, type PageSession, sessionOf, takeCookieAway } from "./cookie.ts";
import { refuseForeign, refuseForeignOrigin } from "./foreign.ts";

/** Who brings a token along signs in anew after so long. */
const TOKEN_SESSION_MS = 12 * 3_600_000;

export const PAGE_LOGIN = z.union([LOGIN_REQUEST, z.strictObject({ token: line(500) })], {
  error: "expected email and password, or token",
});

/** Signing in to the web page, and out. */
export function pageSessionRoutes(server: FastifyInstance, services: Services): void {
  server.post(
    "/page/session",
    told("Signs in to the web page: the answer brings a cookie", {
      body: PAGE_LOGIN,
      status: 201,
      answer: "Me",
      access: "anyone",
    }),
    async (request, reply) => {
      refuseForeignOrigin(services, request);
      const session = await begin(services, request, validate(PAGE_LOGIN, request.body));
      const me = await meOf(services, await services.authenticator.byToken(session.token));
      giveCookie(services, reply, session);
      return uncached(reply).code(201).send(me);
    },
  );

  server.delete(
    "/page/session",
    told("Signs out of the web page", { status: 204, access: "anyone" }),
    async (request, reply) => {
      if (!hasCookie(services, request)) return uncached(reply).code(204).send();
      refuseForeign(services, request);
      const session = sessionOf(services, request);
      if (session?.ownLogin) await services.logins.end(session.token);
      takeCookieAway(services, reply);
      return uncached(reply).code(204).send();
    },
  );
}

async function begin(
  services: Services,
  request: FastifyRequest,
  login: z.output<typeof PAGE_LOGIN>,
): Promise<PageSession> {
  const { logins, authenticator, clock } = services;
  if ("token" in login) {
    const token = login.token.trim();
    await logins.attempt(request.ip, () => authenticator.byToken(token));
    const end = await endOf(services, token);
    return { token, ownLogin: false, exp: Math.min(end, clock.now() + TOKEN_SESSION_MS) };
  }
  const { token } = await logins.byPassword(login.email, login.password, request.ip);
  return { token, ownLogin: true, exp: await endOf(services, token) };
}

/** When a token expires by itself. */
async function endOf({ store }: Services, token: string): Promise<number> {
  const found = await store.tokens.findByHash(hashOfToken(token));
  return found?.token.expires_at ?? Number.POSITIVE_INFINITY;
}

function uncached(reply: FastifyReply): FastifyReply {
  return reply.header("cache-control", "no-store");
}
