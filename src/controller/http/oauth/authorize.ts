import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { z } from "zod";
import { MillwrightError } from "../../../base/errors/millwright-error.ts";
import { newSecret } from "../../../base/ids.ts";
import { sameSecret } from "../../../base/same-secret.ts";
import { TooManyLogins } from "../../accounts/logins.ts";
import type { Services } from "../../services.ts";
import { pageHeaders } from "../html-page.ts";
import { told } from "../openapi/told.ts";
import { loginPage, refusalPage } from "./login-page.ts";
import { AUTHORIZE_QUERY, LOGIN_FORM, WHOSE } from "./request-fields.ts";
import { firstFault } from "./token-answers.ts";

/** How long a page may stay open before its form is sent. */
const PAGE_MS = 15 * 60_000;
const FORM_TYPE = "application/x-www-form-urlencoded";
const COOKIE = "millwright_login";

/** What the form brings back: signed, and only good in the browser that has the cookie. */
interface PageClaims {
  use: "login page";
  query: z.output<typeof AUTHORIZE_QUERY>;
  browser: string;
  exp: number;
}

/** The login page that Ionic's CLI opens in a browser (OAuth's authorization endpoint). */
export function authorizeRoutes(oauth: FastifyInstance, services: Services): void {
  oauth.get(
    "/authorize",
    told("The login page", { query: AUTHORIZE_QUERY, answer: { type: "text/html" }, also: [303], access: "anyone" }),
    async (request, reply) => {
      const whose = WHOSE.safeParse(request.query);
      if (!whose.success) return refuse(reply, 400, firstFault(whose.error));
      const query = AUTHORIZE_QUERY.safeParse(request.query);
      if (!query.success) return leadOn(reply, whose.data, { error: "invalid_request", ...described(query.error) });
      const browser = browserOf(request) ?? newSecret();
      reply.header("set-cookie", cookieOf(browser, services.publicUrl()));
      return show(reply, 200, services, { query: query.data, browser, email: "" });
    },
  );

  oauth.post(
    "/authorize",
    told("The form of the login page", { body: LOGIN_FORM, bodyType: FORM_TYPE, status: 303, access: "anyone" }),
    async (request, reply) => {
      const form = LOGIN_FORM.safeParse(request.body);
      if (!form.success) return refuse(reply, 400, firstFault(form.error));
      const claims = services.signer.verify<PageClaims>(form.data.request, services.clock.now());
      if (claims?.use !== "login page") return refuse(reply, 400, "The page was open for too long.");
      const { query, browser } = claims;
      if (!sameSecret(browserOf(request), browser)) return refuse(reply, 400, "The form came from another browser.");
      try {
        const user = await services.logins.person(form.data.email, form.data.password, request.ip);
        const { client_id: clientId, redirect_uri: redirectUri, code_challenge: challenge } = query;
        const code = await services.browserLogins.begin(user.id, { clientId, redirectUri, challenge });
        return leadOn(reply, query, { code });
      } catch (error) {
        if (!(error instanceof MillwrightError)) throw error;
        const { what, next } = error.failure;
        const late = error instanceof TooManyLogins ? error : undefined;
        if (late) reply.header("retry-after", late.seconds);
        const wrong = late ? `${what} ${next}` : what;
        return show(reply, late ? 429 : 401, services, { query, browser, email: form.data.email, wrong });
      }
    },
  );
}

type Shown = Pick<PageClaims, "query" | "browser"> & { email: string; wrong?: string };

function show(reply: FastifyReply, status: number, services: Services, { query, browser, ...rest }: Shown) {
  const exp = services.clock.now() + PAGE_MS;
  const request = services.signer.sign({ use: "login page", query, browser, exp } satisfies PageClaims);
  const target = new URL(query.redirect_uri).origin;
  return reply
    .code(status)
    .headers(pageHeaders(target))
    .send(loginPage({ request, target, ...rest }));
}

function refuse(reply: FastifyReply, status: number, reason: string) {
  return reply.code(status).headers(pageHeaders(undefined)).send(refusalPage(reason));
}

/** Back to the program, with what came of it. 303, so that the browser doesn't send the password along. */
function leadOn(reply: FastifyReply, whose: z.output<typeof WHOSE>, answer: Record<string, string>) {
  const url = new URL(whose.redirect_uri);
  const all = { ...answer, ...(whose.state === undefined ? {} : { state: whose.state }) };
  for (const [name, value] of Object.entries(all)) url.searchParams.set(name, value);
  return reply.header("cache-control", "no-store").header("referrer-policy", "no-referrer").redirect(url.href, 303);
}

function described(error: z.ZodError): { error_description: string } {
  return { error_description: firstFault(error) };
}

function browserOf(request: FastifyRequest): string | undefined {
  const cookies = (request.headers.cookie ?? "").split(/; */).map((pair) => pair.split("="));
  const value = cookies.find(([name]) => name === COOKIE)?.[1];
  return value !== undefined && /^[\w-]{43}$/.test(value) ? value : undefined;
}

/** For the session of the browser only; other sites can't make it send a form with it. */
function cookieOf(browser: string, publicUrl: string): string {
  const { protocol, pathname } = new URL(publicUrl);
  const path = `${pathname.replace(/\/$/, "")}/oauth`;
  const secure = protocol === "https:" ? "; Secure" : "";
  return `${COOKIE}=${browser}; Path=${path}; HttpOnly; SameSite=Strict${secure}`;
}
