import type { FastifyReply, FastifyRequest } from "fastify";
import { errorOf, MillwrightError } from "../../../base/errors/millwright-error.ts";
import type { Services } from "../../services.ts";
import { refuseForeign } from "./foreign.ts";

type Parts = Pick<Services, "sealer" | "clock" | "publicUrl">;

/** What the browser of somebody who signed in keeps, sealed: it can't read it. */
export interface PageSession {
  token: string;
  /** The sign-in began this login, and ends it. Tokens that people brought along stay good. */
  ownLogin: boolean;
  /** Milliseconds since 1970. */
  exp: number;
}

const PLACE = { kind: "page session", name: "cookie" };

/** Gives the browser the session. No script can read it, and no other site can make the browser send it. */
export function giveCookie(services: Parts, reply: FastifyReply, session: PageSession): void {
  const value = services.sealer.seal(session, PLACE).toString("base64url");
  const maxAge = Math.ceil((session.exp - services.clock.now()) / 1000);
  reply.setCookie(nameOf(services), value, { ...attributesOf(services), maxAge });
}

export function takeCookieAway(services: Parts, reply: FastifyReply): void {
  reply.setCookie(nameOf(services), "", { ...attributesOf(services), maxAge: 0 });
}

/** The session of the request's cookie; undefined without one, and for one that has expired or isn't ours. */
export function sessionOf(services: Parts, request: FastifyRequest): PageSession | undefined {
  const value = request.cookies[nameOf(services)];
  if (value === undefined) return undefined;
  try {
    const session = services.sealer.open<PageSession>(Buffer.from(value, "base64url"), PLACE);
    return session.exp > services.clock.now() ? session : undefined;
  } catch (error) {
    if (error instanceof MillwrightError) return undefined; // changed, cut off, or sealed with a key that is gone
    throw error;
  }
}

/**
 * The token of a request of our page; undefined without a cookie. Throws PAGE_REQUEST_FOREIGN for one that another site may
 * have made, UNAUTHENTICATED when the cookie is no longer good.
 */
export function tokenOfCookie(services: Parts, request: FastifyRequest): string | undefined {
  if (!hasCookie(services, request)) return undefined;
  refuseForeign(services, request);
  const session = sessionOf(services, request);
  if (!session) throw errorOf("UNAUTHENTICATED", { reason: "The sign-in of this browser has ended." });
  return session.token;
}

export function hasCookie(services: Parts, request: FastifyRequest): boolean {
  return request.cookies[nameOf(services)] !== undefined;
}

/** Browsers take a cookie with this prefix only over https, and from no other host than this very one. */
function nameOf(services: Parts): string {
  return isHttps(services) ? "__Host-millwright" : "millwright";
}

function attributesOf(services: Parts) {
  return { path: "/", httpOnly: true, sameSite: "strict", secure: isHttps(services) } as const;
}

function isHttps({ publicUrl }: Parts): boolean {
  return publicUrl().startsWith("https:");
}
