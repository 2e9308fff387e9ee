import { createHash, randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { type TestController, testController } from "../../support/controller.ts";
import { PASSWORD, person, STANDING_CLOCK } from "../../support/people.ts";

const SCOPE = "openid profile email offline_access";
const REDIRECT = "http://localhost:8123";

const verifier = randomBytes(32).toString("base64url");
const challenge = createHash("sha256").update(verifier).digest("base64url");

const QUERY = {
  audience: "https://api.ionicjs.com",
  scope: SCOPE,
  response_type: "code",
  client_id: "cli",
  code_challenge: challenge,
  code_challenge_method: "S256",
  redirect_uri: REDIRECT,
  nonce: "n-1",
};

/** Fetches the login page as a browser would. */
async function openPage(controller: TestController, changes: Record<string, string> = {}, cookie = "") {
  const query = new URLSearchParams({ ...QUERY, ...changes });
  const url = `${controller.httpUrl}/oauth/authorize?${query}`;
  const response = await fetch(url, { redirect: "manual", headers: { cookie } });
  const html = await response.text();
  const request = /name="request" value="([^"]*)"/.exec(html)?.[1] ?? "";
  const given = response.headers.get("set-cookie")?.split(";")[0] ?? "";
  return { response, html, request, cookie: given };
}

function sendForm(controller: TestController, path: string, fields: Record<string, string>, cookie = "") {
  const url = `${controller.httpUrl}/oauth/${path}`;
  return fetch(url, { method: "POST", redirect: "manual", headers: { cookie }, body: new URLSearchParams(fields) });
}

async function codeFor(controller: TestController, changes: Record<string, string> = {}): Promise<URL> {
  const { request, cookie } = await openPage(controller, changes);
  const form = { request, email: "anna@example.com", password: PASSWORD };
  const response = await sendForm(controller, "authorize", form, cookie);
  expect(response.status).toBe(303);
  return new URL(response.headers.get("location") ?? "");
}

async function exchange(controller: TestController, fields: Record<string, string>) {
  const response = await sendForm(controller, "token", { client_id: "cli", ...fields });
  return {
    status: response.status,
    headers: response.headers,
    body: (await response.json()) as Record<string, string>,
  };
}

const withCode = (controller: TestController, code: string, changes: Record<string, string> = {}) =>
  exchange(controller, {
    grant_type: "authorization_code",
    code,
    code_verifier: verifier,
    redirect_uri: REDIRECT,
    ...changes,
  });

const refresh = (controller: TestController, token = "") =>
  exchange(controller, { grant_type: "refresh_token", refresh_token: token });

test("a login by browser gives the program tokens of exactly the shape that Ionic's CLI takes", async () => {
  const controller = await testController();
  const anna = await person(controller, "anna@example.com", { shop: "developer" });
  const address = await codeFor(controller, { state: "s&1" });
  expect([address.origin, address.searchParams.get("state")]).toEqual([REDIRECT, "s&1"]);
  const { status, headers, body } = await withCode(controller, address.searchParams.get("code") ?? "");
  expect(status).toBe(200);
  expect(headers.get("cache-control")).toBe("no-store");
  expect(body).toEqual({
    access_token: expect.stringMatching(/^mw_/),
    refresh_token: expect.stringMatching(/^mw_/),
    expires_in: expect.any(Number),
    token_type: "Bearer",
    scope: SCOPE,
  });
  const me = (await controller.as(body["access_token"])("GET", "/me")).body as { user: object };
  expect(me.user).toEqual({ id: anna.id, email: anna.email });
  expect((await controller.as(body["refresh_token"])("GET", "/me")).status).toBe(401);
});

test("the page needs no scripts, loads nothing from elsewhere, and shows what was typed as text", async () => {
  const controller = await testController();
  const { response, html, request, cookie } = await openPage(controller);
  expect(response.status).toBe(200);
  const policy = response.headers.get("content-security-policy") ?? "";
  expect(policy).toContain("default-src 'none'");
  expect(policy).toContain(`form-action 'self' ${REDIRECT}`);
  expect(policy).toContain("frame-ancestors 'none'");
  expect(policy).not.toContain("unsafe");
  const style = /<style>([\s\S]*)<\/style>/.exec(html)?.[1] ?? "";
  expect(policy).toContain(createHash("sha256").update(style).digest("base64"));
  expect(html).not.toMatch(/<script|src=|url\(|@import/);
  for (const name of ["cache-control", "x-frame-options", "referrer-policy"])
    expect(response.headers.has(name)).toBe(true);
  expect(response.headers.get("set-cookie")).toMatch(/HttpOnly; SameSite=Strict/);
  for (const field of ["email", "password"])
    expect(html).toMatch(new RegExp(`<label for="${field}">[\\s\\S]*id="${field}"`));

  const form = { request, email: '"><script>x</script>', password: "wrong" };
  const wrong = await sendForm(controller, "authorize", form, cookie);
  const shown = await wrong.text();
  expect(wrong.status).toBe(401);
  expect(shown).toContain("E-mail and password don&#39;t fit.");
  expect(shown).toContain('role="alert"');
  expect(shown).not.toContain("<script");
  expect(shown).not.toContain('wrong"><script');
});

test("nobody is led anywhere but to a program on their own machine", async () => {
  const controller = await testController();
  const elsewhere = [
    "https://evil.example/",
    "http://evil.example:8123",
    "http://localhost.evil.example",
    "http://localhost:8123@evil.example",
    "http://user@localhost:8123",
    "https://localhost:8123",
    "javascript:alert(1)",
    "//localhost",
    "http://[::1]:8123",
    "http://localhost:8123/#x",
    "",
  ];
  for (const redirect of elsewhere) {
    const { response, html } = await openPage(controller, { redirect_uri: redirect, response_type: "token" });
    expect([response.status, response.headers.get("location")], redirect).toEqual([400, null]);
    expect(html).toContain("redirect_uri");
  }
  expect((await openPage(controller, { client_id: "other" })).response.status).toBe(400);
  for (const redirect of ["http://127.0.0.1:1/cb?a=b", "http://localhost"]) {
    expect((await openPage(controller, { redirect_uri: redirect })).response.status).toBe(200);
    const { response } = await openPage(controller, {
      redirect_uri: redirect,
      code_challenge_method: "plain",
      state: "s",
    });
    const location = new URL(response.headers.get("location") ?? "");
    expect([location.origin, location.searchParams.get("error"), location.searchParams.get("state")]).toEqual([
      new URL(redirect).origin,
      "invalid_request",
      "s",
    ]);
  }
});

test("a form that another site sends, or that was changed, doesn't log anybody in", async () => {
  const controller = await testController();
  await person(controller, "anna@example.com");
  const { request, cookie } = await openPage(controller);
  const login = { email: "anna@example.com", password: PASSWORD };
  const other = (await openPage(controller)).cookie;
  const forms: [Record<string, string>, string][] = [
    [{ ...login, request }, ""],
    [{ ...login, request }, other],
    [{ ...login, request: `${request}x` }, cookie],
    [{ ...login, request: "" }, cookie],
    [login, cookie],
  ];
  for (const [form, sent] of forms) {
    const response = await sendForm(controller, "authorize", form, sent);
    expect([response.status, response.headers.get("location")]).toEqual([400, null]);
  }
  expect((await sendForm(controller, "authorize", { ...login, request }, cookie)).status).toBe(303);
});

test("a code is good once, for its program, with its verifier; used again it ends the login", async () => {
  const controller = await testController();
  await person(controller, "anna@example.com");
  const fresh = async () => (await codeFor(controller)).searchParams.get("code") ?? "";
  const wrong = [
    { code_verifier: randomBytes(32).toString("base64url") },
    { redirect_uri: "http://localhost:9999" },
    { code: randomBytes(32).toString("base64url") },
  ];
  for (const changes of wrong) {
    const { status, body } = await withCode(controller, await fresh(), changes);
    expect([status, body["error"]], JSON.stringify(changes)).toEqual([400, "invalid_grant"]);
  }
  const code = await fresh();
  expect((await withCode(controller, code, { code_verifier: "a".repeat(43) })).status).toBe(400);
  expect((await withCode(controller, code)).body["error"]).toBe("invalid_grant"); // the first try has used it up

  const good = await fresh();
  const { body: tokens } = await withCode(controller, good);
  expect((await withCode(controller, good)).body["error"]).toBe("invalid_grant");
  expect((await controller.as(tokens["access_token"])("GET", "/me")).status).toBe(401);
  expect((await refresh(controller, tokens["refresh_token"])).body["error"]).toBe("invalid_grant");
});

test("a refresh token brings new access tokens as often as it is asked for: Ionic's CLIs keep the first one for ever", async () => {
  const controller = await testController();
  await person(controller, "anna@example.com");
  const code = (await codeFor(controller)).searchParams.get("code") ?? "";
  const { body: first } = await withCode(controller, code);
  for (const day of [1, 2]) {
    const { status, body: next } = await refresh(controller, first["refresh_token"]);
    expect([day, status, next["scope"], next["token_type"]]).toEqual([day, 200, SCOPE, "Bearer"]);
    expect(next["refresh_token"]).toBe(first["refresh_token"]);
    expect(next["access_token"]).not.toBe(first["access_token"]);
    expect((await controller.as(next["access_token"])("GET", "/me")).status).toBe(200);
  }
  expect((await refresh(controller, first["access_token"])).body["error"]).toBe("invalid_grant");
});

test("logging out, a new password and a disabled user end a login by browser", async () => {
  const controller = await testController();
  await person(controller, "anna@example.com");
  const begin = async () =>
    (await withCode(controller, (await codeFor(controller)).searchParams.get("code") ?? "")).body;
  const ended = await begin();
  await controller.as(ended["access_token"])("DELETE", "/session");
  expect((await refresh(controller, ended["refresh_token"])).status).toBe(400);
  const changed = await begin();
  await controller.api("PATCH", "/users/anna@example.com", { password: PASSWORD });
  expect((await refresh(controller, changed["refresh_token"])).status).toBe(400);
  const disabled = await begin();
  await controller.api("PATCH", "/users/anna@example.com", { disabled: true });
  expect((await refresh(controller, disabled["refresh_token"])).status).toBe(400);
});

test("faults of the token request are told in OAuth's shape", async () => {
  const controller = await testController();
  const faults: [Record<string, string>, number, string][] = [
    [{ grant_type: "password" }, 400, "unsupported_grant_type"],
    [{}, 400, "unsupported_grant_type"],
    [{ grant_type: "refresh_token", refresh_token: "x", client_id: "other" }, 401, "invalid_client"],
    [{ grant_type: "authorization_code", code: "x", redirect_uri: REDIRECT }, 400, "invalid_request"],
    [{ grant_type: "refresh_token", refresh_token: "x".repeat(20_000) }, 400, "invalid_request"],
  ];
  for (const [fields, status, error] of faults) {
    const answer = await exchange(controller, fields);
    expect([answer.status, answer.body["error"]], JSON.stringify(fields).slice(0, 90)).toEqual([status, error]);
    expect(Object.keys(answer.body)).toEqual(["error", "error_description"]);
  }
  const json = { method: "POST", headers: { "content-type": "application/json" }, body: "{}" };
  const answer = await fetch(`${controller.httpUrl}/oauth/token`, json);
  expect(await answer.json()).toMatchObject({ error: "invalid_request" });
});

test("guessing in the browser is slowed down as elsewhere, and the page says how long", async () => {
  const controller = await testController({}, undefined, undefined, { clock: STANDING_CLOCK });
  await person(controller, "anna@example.com");
  const { request, cookie } = await openPage(controller);
  const statuses: number[] = [];
  let last = "";
  for (let tries = 0; tries < 6; tries++) {
    const form = { request, email: "anna@example.com", password: `guess ${tries}` };
    const response = await sendForm(controller, "authorize", form, cookie);
    statuses.push(response.status);
    last = await response.text();
    if (response.status === 429) expect(Number(response.headers.get("retry-after"))).toBeGreaterThanOrEqual(1);
  }
  expect(statuses).toEqual([401, 401, 401, 401, 401, 429]);
  expect(last).toContain("Try again in");
});
