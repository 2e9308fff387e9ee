import { expect, test } from "vitest";
import type { Me, Token } from "../../../src/protocol/account-api.ts";
import { type ApiOf, storeHolds, testController } from "../../support/controller.ts";
import { PASSWORD, person, STANDING_CLOCK } from "../../support/people.ts";

async function codeOf(answer: ReturnType<ApiOf>): Promise<[number, string]> {
  const { status, body } = await answer;
  return [status, (body as { error?: { code: string } })?.error?.code ?? ""];
}

test("a person logs in with any case of the e-mail, is who the token says, and logs out", async () => {
  const controller = await testController();
  const anna = await person(controller, "anna@example.com", { shop: "developer", default: "viewer" });
  const again = await controller.as(undefined)("POST", "/session", { email: " Anna@Example.com ", password: PASSWORD });
  const { token } = again.body as { token: string };
  expect(token).toMatch(/^mw_[\w-]{43}$/);
  const me = (await controller.as(token)("GET", "/me")).body as Me;
  expect(me).toMatchObject({ name: "anna@example.com", user: { id: anna.id }, operator: false });
  expect(me.accounts.map(({ name, role, scopes }) => [name, role, scopes.join(" ")])).toEqual([
    ["default", "viewer", "read"],
    ["shop", "developer", "read build"],
  ]);
  expect((await controller.as(token)("DELETE", "/session")).status).toBe(204);
  expect(await codeOf(controller.as(token)("GET", "/me"))).toEqual([401, "UNAUTHENTICATED"]);
  expect((await anna.api("GET", "/me")).status).toBe(200);
  expect((await controller.api("GET", "/me")).body).toMatchObject({ name: "admin", operator: true });
});

test("what rests in the store opens nothing: no password, no token", async () => {
  const controller = await testController();
  const anna = await person(controller, "anna@example.com", { default: "developer" });
  const made = (await anna.api("POST", "/tokens", { name: "ci", scopes: ["build"] })).body as { token: string };
  await controller.close();
  const holds = await storeHolds(controller.data);
  expect(holds("scrypt$32768$8$3$")).toBe(true);
  for (const secret of [PASSWORD, anna.token, made.token]) expect(holds(secret)).toBe(false);
});

test("an unknown e-mail, a wrong password, no password and a disabled user are refused alike", async () => {
  const controller = await testController();
  await person(controller, "anna@example.com");
  await person(controller, "gone@example.com");
  await controller.api("PATCH", "/users/gone@example.com", { disabled: true });
  await controller.api("POST", "/users", { email: "invited@example.com" });
  const tries: [string, string][] = [
    ["nobody@example.com", PASSWORD],
    ["anna@example.com", `${PASSWORD}!`],
    ["invited@example.com", ""],
    ["gone@example.com", PASSWORD],
  ];
  const texts = new Set<string>();
  for (const [email, password] of tries) {
    const { status, body } = await controller.as(undefined)("POST", "/session", { email, password });
    expect(status, email).toBe(401);
    texts.add(JSON.stringify(body));
  }
  expect(texts.size).toBe(1);
});

test("a token passes on what its scopes, its account and its person have in common", async () => {
  const controller = await testController();
  const anna = await person(controller, "anna@example.com", { shop: "developer", bank: "admin" });
  const made = async (request: object) => {
    const answer = await anna.api("POST", "/tokens", { name: "t", ...request });
    return controller.as((answer.body as { token: string }).token);
  };
  const scopesOf = async (api: ApiOf) => {
    const { accounts } = (await api("GET", "/me")).body as Me;
    return Object.fromEntries(accounts.map(({ name, scopes }) => [name, scopes.join(" ")]));
  };
  expect(await scopesOf(await made({ scopes: ["read", "build", "manage"] }))).toEqual({
    bank: "read build manage",
    shop: "read build",
  });
  expect(await scopesOf(await made({ scopes: ["manage"], account: "bank" }))).toEqual({ bank: "read manage" });
  const viewer = await made({ scopes: [] });
  expect(await scopesOf(viewer)).toEqual({ bank: "read", shop: "read" });
  expect(await codeOf(viewer("POST", "/apps?account=bank", { name: "x", gitUrl: "https://x.test/x.git" }))).toEqual([
    403,
    "NOT_ALLOWED",
  ]);
  expect(await codeOf(anna.api("POST", "/tokens", { name: "t", scopes: [], account: "default" }))).toEqual([
    404,
    "NOT_FOUND",
  ]);
  await controller.api("DELETE", `/accounts/shop/members/${anna.email}`);
  expect(await scopesOf(viewer)).toEqual({ bank: "read" });
});

test("a token can't make, see or revoke tokens, nor change the password", async () => {
  const controller = await testController();
  const anna = await person(controller, "anna@example.com", { shop: "admin" });
  const all = { name: "ci", scopes: ["read", "build", "manage"] };
  const { token, id } = (await anna.api("POST", "/tokens", all)).body as Token & { token: string };
  const api = controller.as(token);
  const change = { current: PASSWORD, new: "another password" };
  for (const attempt of [
    api("POST", "/tokens", all),
    api("GET", "/tokens"),
    api("DELETE", `/tokens/${id}`),
    api("PUT", "/me/password", change),
  ])
    expect(await codeOf(attempt)).toEqual([403, "LOGIN_NEEDED"]);
  expect(await codeOf(controller.api("POST", "/tokens", all))).toEqual([403, "LOGIN_NEEDED"]);
});

test("a revoked, an expired and a disabled user's token are refused at once", async () => {
  const controller = await testController();
  const anna = await person(controller, "anna@example.com", { shop: "developer" });
  const { token, id } = (await anna.api("POST", "/tokens", { name: "ci", scopes: [] })).body as Token & {
    token: string;
  };
  const ci = controller.as(token);
  expect((await ci("GET", "/apps")).status).toBe(200);
  const [listed] = ((await anna.api("GET", "/tokens")).body as { tokens: Token[] }).tokens;
  expect(listed).toMatchObject({ id, name: "ci", scopes: ["read"], lastUsedAt: expect.any(String) });
  expect(JSON.stringify(listed)).not.toContain("mw_");
  await anna.api("DELETE", `/tokens/${id}`);
  expect(await codeOf(ci("GET", "/apps"))).toEqual([401, "UNAUTHENTICATED"]);
  expect(((await anna.api("GET", "/tokens")).body as { tokens: Token[] }).tokens).toEqual([]);
  expect((await anna.api("DELETE", `/tokens/${id}`)).status).toBe(404);

  await controller.api("PATCH", "/users/anna@example.com", { disabled: true });
  expect(await codeOf(anna.api("GET", "/apps"))).toEqual([401, "UNAUTHENTICATED"]);
  await controller.api("PATCH", "/users/anna@example.com", { disabled: false });
  expect((await anna.api("GET", "/apps")).status).toBe(200);
});

test("an operator may do everything, and a restricted token of one may not operate", async () => {
  const controller = await testController();
  const olga = await person(controller, "olga@example.com", {}, true);
  await controller.api("POST", "/accounts", { name: "shop" });
  expect((await olga.api("GET", "/users")).status).toBe(200);
  const tokenOf = async (request: object) =>
    ((await olga.api("POST", "/tokens", { name: "t", ...request })).body as { token: string }).token;
  const whole = controller.as(await tokenOf({ scopes: ["read", "build", "manage"] }));
  expect((await whole("GET", "/users")).status).toBe(200);
  const looking = controller.as(await tokenOf({ scopes: ["read"] }));
  const inShop = controller.as(await tokenOf({ scopes: ["read", "build", "manage"], account: "shop" }));
  for (const api of [looking, inShop]) {
    expect(await codeOf(api("GET", "/users"))).toEqual([403, "NOT_ALLOWED"]);
    expect(await codeOf(api("POST", "/keys/rotate"))).toEqual([403, "NOT_ALLOWED"]);
    expect((await api("GET", "/me")).body).toMatchObject({ operator: false });
  }
  const names = (await inShop("GET", "/accounts")).body as { accounts: { name: string }[] };
  expect(names.accounts.map(({ name }) => name)).toEqual(["shop"]);
  await controller.api("PATCH", "/users/olga@example.com", { operator: false });
  expect(await codeOf(whole("GET", "/users"))).toEqual([403, "NOT_ALLOWED"]);
});

test("a new password ends the other logins, and tokens for programs stay", async () => {
  const controller = await testController();
  const anna = await person(controller, "anna@example.com", { shop: "developer" });
  const other = await controller.as(undefined)("POST", "/session", { email: anna.email, password: PASSWORD });
  const made = (await anna.api("POST", "/tokens", { name: "ci", scopes: [] })).body as { token: string };
  const change = { current: PASSWORD, new: "another password" };
  expect(await codeOf(anna.api("PUT", "/me/password", { ...change, new: "short" }))).toEqual([400, "REQUEST_INVALID"]);
  expect(await codeOf(anna.api("PUT", "/me/password", { ...change, current: "wrong" }))).toEqual([
    401,
    "LOGIN_REFUSED",
  ]);
  expect((await anna.api("PUT", "/me/password", change)).status).toBe(204);
  expect((await anna.api("GET", "/me")).status).toBe(200);
  expect((await controller.as((other.body as { token: string }).token)("GET", "/me")).status).toBe(401);
  expect((await controller.as(made.token)("GET", "/me")).status).toBe(200);
  await controller.api("PATCH", `/users/${anna.id}`, { password: "given by somebody" });
  expect((await anna.api("GET", "/me")).status).toBe(401);
  const login = { email: anna.email, password: "given by somebody" };
  expect((await controller.as(undefined)("POST", "/session", login)).status).toBe(201);
});

test("guessing passwords is slowed down, whoever it is tried for, and the right one doesn't help then", async () => {
  const controller = await testController({}, undefined, undefined, { clock: STANDING_CLOCK });
  await person(controller, "anna@example.com");
  const login = (email: string, password: string) => controller.as(undefined)("POST", "/session", { email, password });
  const statuses: number[] = [];
  for (let tries = 0; tries < 6; tries++) statuses.push((await login("anna@example.com", `guess ${tries}`)).status);
  expect(statuses).toEqual([401, 401, 401, 401, 401, 429]);
  const right = await login("anna@example.com", PASSWORD);
  expect([right.status, (right.body as { error: { code: string } }).error.code]).toEqual([429, "TOO_MANY_LOGINS"]);
  expect(Number(right.headers.get("retry-after"))).toBeGreaterThanOrEqual(1);

  const many = await Promise.all(Array.from({ length: 60 }, (_, index) => login(`x${index}@example.com`, "guess")));
  const refused = many.filter(({ status }) => status === 401).length;
  expect(refused).toBeLessThanOrEqual(20); // at once as well as one after the other
  expect(many.every(({ status }) => status === 401 || status === 429)).toBe(true);
});

test("who asks is the connection's address, or what a trusted proxy says, and nobody else's word", async () => {
  const statusesFrom = async (trustedProxies: string[]) => {
    const controller = await testController({}, undefined, undefined, { trustedProxies, clock: STANDING_CLOCK });
    const statuses: number[] = [];
    for (let index = 0; index < 23; index++) {
      const response = await fetch(`${controller.httpUrl}/api/v1/session`, {
        method: "POST",
        headers: { "content-type": "application/json", "x-forwarded-for": `198.51.100.${index}` },
        body: JSON.stringify({ email: `x${index}@example.com`, password: "guess" }),
      });
      statuses.push(response.status);
    }
    return statuses;
  };
  expect((await statusesFrom([])).slice(-1)).toEqual([429]);
  expect(new Set(await statusesFrom(["127.0.0.0/8"]))).toEqual(new Set([401]));
});
