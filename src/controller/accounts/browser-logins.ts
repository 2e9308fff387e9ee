import { createHash } from "node:crypto";
import { newSecret } from "../../base/ids.ts";
import { sameSecret } from "../../base/same-secret.ts";
import type { Clock } from "../../base/time/clock.ts";
import type { Store } from "../store/store.ts";
import { type LoginToken, loginToken } from "./login-tokens.ts";
import { hashOfToken } from "./tokens.ts";

/** Programs ask for new tokens before this has passed. */
const ACCESS_MS = 12 * 3_600_000;
/** A program that wasn't used for so long needs a new login. */
const REFRESH_MS = 30 * 86_400_000;
const CODE_MS = 60_000;

/** Why no tokens are given: OAuth's `invalid_grant`. */
export class GrantRefused extends Error {}

export interface Grant {
  clientId: string;
  redirectUri: string;
  /** The S256 code challenge of the program (RFC 7636). */
  challenge: string;
}

export interface GivenTokens {
  accessToken: string;
  refreshToken: string;
  expiresInSeconds: number;
}

/** Logins in a browser: it brings a code to the program, which changes it into tokens. */
export class BrowserLogins {
  private readonly store: Store;
  private readonly clock: Clock;

  constructor({ store, clock }: { store: Store; clock: Clock }) {
    this.store = store;
    this.clock = clock;
  }

  /** A code for the program, good once and for a minute. */
  async begin(userId: number, grant: Grant): Promise<string> {
    const code = newSecret();
    const now = this.clock.now();
    const { clientId, redirectUri, challenge } = grant;
    const of = { client_id: clientId, redirect_uri: redirectUri, challenge };
    await this.store.loginCodes.create(
      { ...of, hash: hashOfToken(code), user_id: userId, expires_at: now + CODE_MS },
      now,
    );
    return code;
  }

  /** The first tokens of a login. A code that comes a second time ends the login it began. Throws GrantRefused. */
  async finish(code: string, verifier: string, of: Omit<Grant, "challenge">): Promise<GivenTokens> {
    const family = familyOf(code);
    const now = this.clock.now();
    const begun = await this.store.loginCodes.take(hashOfToken(code));
    if (!begun) {
      await this.store.tokens.revokeFamily(family, now);
      throw new GrantRefused("The code is not known, or was used before.");
    }
    const challenge = createHash("sha256").update(verifier).digest("base64url");
    if (begun.expires_at < now) throw new GrantRefused("The code has expired.");
    if (begun.client_id !== of.clientId) throw new GrantRefused("The code was made for another client.");
    if (begun.redirect_uri !== of.redirectUri) throw new GrantRefused("The code was made for another redirect_uri.");
    if (!sameSecret(challenge, begun.challenge)) throw new GrantRefused("The code_verifier doesn't fit the challenge.");
    await this.refuseDisabled(begun.user_id);
    const tokens = tokensOf(begun.user_id, family, now);
    await this.store.tokens.createLogin(rows(tokens), now);
    return given(tokens.access.token, tokens.refresh.token);
  }

  /**
   * A new access token. The refresh token stays as it is, and good for longer: the Ionic CLIs (6.10 to 7) keep the first one
   * for ever, and would be logged out at their second request if it were replaced. Throws GrantRefused.
   */
  async refresh(refreshToken: string): Promise<GivenTokens> {
    const now = this.clock.now();
    const found = await this.store.tokens.findByHash(hashOfToken(refreshToken));
    if (found?.token.kind !== "refresh") throw new GrantRefused("The refresh token is not known.");
    const { token } = found;
    if (token.expires_at !== null && token.expires_at < now) throw new GrantRefused("The refresh token has expired.");
    await this.refuseDisabled(token.user_id);
    const { access } = tokensOf(token.user_id, token.family ?? token.id, now);
    const refreshed = await this.store.tokens.refresh(token, access.row, { now, expiresAt: now + REFRESH_MS });
    if (!refreshed) throw new GrantRefused("The login has ended. Log in again.");
    return given(access.token, refreshToken);
  }

  private async refuseDisabled(userId: number): Promise<void> {
    const user = await this.store.users.find(userId);
    if (!user || user.disabled_at !== null) throw new GrantRefused("The user was disabled.");
  }
}

interface Pair {
  access: LoginToken;
  refresh: LoginToken;
}

function tokensOf(userId: number, family: string, now: number): Pair {
  const of = { userId, name: "login by browser", family, now };
  return {
    access: loginToken("session", { ...of, lastsMs: ACCESS_MS }),
    refresh: loginToken("refresh", { ...of, lastsMs: REFRESH_MS }),
  };
}

function rows({ access, refresh }: Pair) {
  return [access.row, refresh.row];
}

function given(accessToken: string, refreshToken: string): GivenTokens {
  return { accessToken, refreshToken, expiresInSeconds: ACCESS_MS / 1000 };
}

/** Known from the code alone, so that a code that comes again leads to the tokens it was changed into. */
function familyOf(code: string): string {
  return `c${hashOfToken(`family of ${code}`).slice(0, 32)}`;
}
