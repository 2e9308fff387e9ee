import { z } from "zod";

/** The client id of Ionic's CLI. */
const CLIENT_IDS = ["cli"] as const;

/** Exactly what Ionic's CLI asks for, and the only answer that it takes. */
export const SCOPE = "openid profile email offline_access";

const text = (most: number) => z.string().max(most, `expected at most ${most} characters`);
const clientId = z.enum(CLIENT_IDS, "unknown client");

/** Programs on the person's own machine only (RFC 8252): any port, any path. */
const redirectUri = text(500).refine(isLoopback, "expected http://localhost:PORT or http://127.0.0.1:PORT");

/** To whom a login may be told at all: what is wrong with it is only shown on the page. */
export const WHOSE = z.object({ client_id: clientId, redirect_uri: redirectUri, state: text(1000).optional() });

/** Not strict, as OAuth demands (RFC 6749, 3.1): parameters that aren't known are passed over, such as audience and nonce. */
export const AUTHORIZE_QUERY = WHOSE.extend({
  response_type: z.literal("code", "expected code"),
  code_challenge: z.string().regex(/^[A-Za-z0-9_-]{43}$/, "expected a SHA-256 in base64url"),
  code_challenge_method: z.literal("S256", "expected S256").default("S256"),
  scope: text(1000).optional(),
  audience: text(1000).optional(),
  nonce: text(1000).optional(),
});

export const LOGIN_FORM = z.object({
  /** What the page was asked for, signed by us. */
  request: text(8000),
  email: text(254),
  password: text(1000),
});

export const TOKEN_FORM = z.discriminatedUnion("grant_type", [
  z.object({
    grant_type: z.literal("authorization_code"),
    client_id: clientId,
    code: text(200),
    code_verifier: z.string().regex(/^[A-Za-z0-9\-._~]{43,128}$/, "expected 43 to 128 letters, digits and - . _ ~"),
    redirect_uri: text(500),
  }),
  z.object({ grant_type: z.literal("refresh_token"), client_id: clientId, refresh_token: text(200) }),
]);

function isLoopback(uri: string): boolean {
  if (!URL.canParse(uri)) return false;
  const { protocol, hostname, username, password, hash } = new URL(uri);
  return (
    protocol === "http:" && ["localhost", "127.0.0.1"].includes(hostname) && `${username}${password}${hash}` === ""
  );
}
