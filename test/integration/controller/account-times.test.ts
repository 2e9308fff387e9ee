import { createHash } from "node:crypto";
import { expect, onTestFinished, test } from "vitest";
import { createLogger } from "../../../src/base/observe/logger.ts";
import type { Clock } from "../../../src/base/time/clock.ts";
import { Authenticator } from "../../../src/controller/accounts/authenticator.ts";
import { BrowserLogins, GrantRefused } from "../../../src/controller/accounts/browser-logins.ts";
import { Logins } from "../../../src/controller/accounts/logins.ts";
import { hashPassword } from "../../../src/controller/accounts/passwords.ts";
import { hashOfToken, newToken } from "../../../src/controller/accounts/tokens.ts";
import { createStore } from "../../../src/controller/store/store.ts";
import { openStoreOf, temporaryFolder } from "../../support/controller.ts";

const MINUTE = 60_000;
const DAY = 86_400_000;
const VERIFIER = "v".repeat(43);
const GRANT = {
  clientId: "cli",
  redirectUri: "http://localhost:8123",
  challenge: createHash("sha256").update(VERIFIER).digest("base64url"),
};

/** Everything of logins on a clock that the test moves. */
async function world() {
  let ms = Date.UTC(2026, 0, 1);
  const clock: Clock = { now: () => ms, monotonic: () => ms };
  const pass = (more: number) => {
    ms += more;
  };
  const store = createStore(await openStoreOf(temporaryFolder()), clock);
  onTestFinished(() => store.close());
  const hash = await hashPassword("secret");
  const user = { email: "anna@example.com", name: "", password_hash: hash, operator: 0, created_at: ms };
  const anna = await store.users.create(user, { actor: "admin", at: ms });
  if (!anna) throw new Error("the user was not made");
  const services = { store, clock, logger: createLogger("test", "silent") };
  const authenticator = new Authenticator("admin-token", services);
  return {
    anna,
    pass,
    store,
    clock,
    authenticator,
    logins: new Logins(services),
    browser: new BrowserLogins(services),
  };
}

test("a login lasts thirty days, and what ended a month before is forgotten at the next login", async () => {
  const { authenticator, logins, pass, store } = await world();
  const { token } = await logins.byPassword("anna@example.com", "secret", "192.0.2.1");
  pass(30 * DAY - 1);
  expect(await authenticator.byToken(token)).toMatchObject({ name: "anna@example.com" });
  pass(1);
  await expect(authenticator.byToken(token)).rejects.toThrow(/UNAUTHENTICATED/);
  expect(await store.tokens.findByHash(hashOfToken(token))).toBeDefined();
  pass(30 * DAY + 1);
  await logins.byPassword("anna@example.com", "secret", "192.0.2.1");
  expect(await store.tokens.findByHash(hashOfToken(token))).toBeUndefined();
});

test("the last use of a token is written at most once a minute", async () => {
  const { anna, authenticator, clock, pass, store } = await world();
  const { id, hash, token } = newToken();
  const times = { created_at: clock.now(), expires_at: null };
  const row = { id, hash, kind: "personal", user_id: anna.id, name: "ci", scopes: '["read"]', account_id: null };
  await store.tokens.createPersonal({ ...row, family: null, ...times }, { actor: "anna", at: clock.now() }, "");
  const lastUsed = async () => (await store.tokens.findByHash(hash))?.token.last_used_at;
  await authenticator.byToken(token);
  const first = clock.now();
  expect(await lastUsed()).toBe(first);
  pass(MINUTE - 1);
  await authenticator.byToken(token);
  expect(await lastUsed()).toBe(first);
  pass(1);
  await authenticator.byToken(token);
  expect(await lastUsed()).toBe(first + MINUTE);
});

test("a code is good for a minute, an access token for hours, a refresh token for thirty days from its making", async () => {
  const { anna, authenticator, browser, pass } = await world();
  const late = await browser.begin(anna.id, GRANT);
  pass(MINUTE + 1);
  await expect(browser.finish(late, VERIFIER, GRANT)).rejects.toThrow(GrantRefused);
  const code = await browser.begin(anna.id, GRANT);
  pass(MINUTE);
  const first = await browser.finish(code, VERIFIER, GRANT);
  pass(first.expiresInSeconds * 1000);
  await expect(authenticator.byToken(first.accessToken)).rejects.toThrow(/UNAUTHENTICATED/);
  pass(29 * DAY);
  const second = await browser.refresh(first.refreshToken);
  expect(await authenticator.byToken(second.accessToken)).toMatchObject({ user: { id: anna.id } });
  pass(30 * DAY + 1);
  await expect(browser.refresh(second.refreshToken)).rejects.toThrow(/expired/);
});

test("an hour of guessing gets a guesser a few dozen tries, and then the person in again after a minute at most", async () => {
  const { logins, pass, clock } = await world();
  const begin = clock.now();
  let looked = 0;
  while (clock.now() - begin < 3_600_000) {
    const wait = await logins.person("anna@example.com", "guess", "192.0.2.1").catch((error) => {
      if (error.code === "LOGIN_REFUSED") looked++;
      return error.seconds ?? 0;
    });
    pass(Number(wait) * 1000);
  }
  expect(looked).toBeLessThan(70);
  pass(MINUTE);
  expect(await logins.person("anna@example.com", "secret", "198.51.100.7")).toMatchObject({
    email: "anna@example.com",
  });
});
