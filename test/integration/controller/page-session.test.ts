import { expect, test } from "vitest";
import type { Clock } from "../../../src/base/time/clock.ts";
import { temporaryFolder, testController } from "../../support/controller.ts";
import { agentWithApp, finishedBuild } from "../../support/finished-build.ts";
import { PageBrowser } from "../../support/page-browser.ts";
import { PASSWORD, person, STANDING_CLOCK } from "../../support/people.ts";

const HOUR_MS = 3_600_000;

/** A clock that a test sets forward. */
function movableClock(): Clock & { aheadMs: number } {
  return {
    aheadMs: 0,
    now() {
      return Date.now() + this.aheadMs;
    },
    monotonic: () => performance.now(),
  };
}

test("who signs in to the page with a password is known by a cookie that no script can read, until they sign out", async () => {
  const controller = await testController();
  const anna = await person(controller, "anna@example.com", { shop: "developer" });
  const browser = new PageBrowser(controller);
  const signedIn = await browser.signIn({ email: " Anna@example.com", password: PASSWORD });
  expect([signedIn.status, JSON.parse(signedIn.text)]).toEqual([
    201,
    expect.objectContaining({ name: anna.email, operator: false }),
  ]);
  expect(browser.setCookie).toMatch(/^millwright=[\w-]+; Max-Age=\d+; Path=\/; HttpOnly; SameSite=Strict$/);
  expect(Number(/Max-Age=(\d+)/.exec(browser.setCookie)?.[1])).toBeGreaterThan(29 * 24 * 3600);
  const { cookie } = browser;
  expect((await browser.api("GET", "/me")).text).toBe(signedIn.text);
  expect((await browser.api("POST", "/tokens", { name: "ci", scopes: [] })).status).toBe(201);

  expect((await browser.ask("DELETE", "/page/session")).status).toBe(204);
  expect(browser.cookie).toBeUndefined();
  browser.cookie = cookie;
  expect(await browser.api("GET", "/me")).toMatchObject({ status: 401, code: "UNAUTHENTICATED" });
  expect((await anna.api("GET", "/me")).status).toBe(200); // another login of the same person
  expect((await browser.ask("DELETE", "/page/session")).status).toBe(204);
});

test("over https the cookie goes over https only, and is bound to the very host", async () => {
  const more = { publicUrl: "https://mill.example.com" };
  const controller = await testController({}, temporaryFolder(), undefined, more);
  const browser = new PageBrowser(controller);
  await browser.signIn({ token: controller.adminToken });
  expect(browser.setCookie).toMatch(
    /^__Host-millwright=[\w-]+; Max-Age=\d+; Path=\/; HttpOnly; Secure; SameSite=Strict$/,
  );
  const origin = "https://mill.example.com";
  expect((await browser.ask("GET", "/api/v1/me", { headers: { origin } })).status).toBe(200);
});

test("a token opens the page for twelve hours, and outlives the sign-in", async () => {
  const clock = movableClock();
  const controller = await testController({}, temporaryFolder(), undefined, { clock });
  const anna = await person(controller, "anna@example.com", { shop: "developer" });
  const { token } = (await anna.api("POST", "/tokens", { name: "ci", scopes: [] })).body as { token: string };
  const admin = new PageBrowser(controller);
  expect(JSON.parse((await admin.signIn({ token: ` ${controller.adminToken} ` })).text)).toMatchObject({
    operator: true,
  });
  expect(admin.setCookie).toContain(`Max-Age=${12 * 3600};`);
  expect(decodeURIComponent(admin.setCookie)).not.toContain(controller.adminToken);
  const browser = new PageBrowser(controller);
  expect((await browser.signIn({ token })).status).toBe(201);
  await browser.ask("DELETE", "/page/session");
  expect((await controller.as(token)("GET", "/me")).status).toBe(200);

  clock.aheadMs = 11.9 * HOUR_MS;
  expect((await admin.api("GET", "/users")).status).toBe(200);
  clock.aheadMs = 12.1 * HOUR_MS;
  expect(await admin.api("GET", "/users")).toMatchObject({ status: 401, code: "UNAUTHENTICATED" });
  expect((await admin.signIn({ token: anna.token })).status).toBe(201);
});

test("wrong passwords, wrong tokens and what is neither are refused, and both count against the address", async () => {
  const controller = await testController({}, temporaryFolder(), undefined, { clock: STANDING_CLOCK });
  await person(controller, "anna@example.com");
  const browser = new PageBrowser(controller);
  expect(await browser.signIn({ email: "anna@example.com", password: "guess" })).toMatchObject({
    status: 401,
    code: "LOGIN_REFUSED",
  });
  for (const login of [{}, { token: 7 }, { token: "a", email: "b@example.com" }, { email: "anna@example.com" }, []])
    expect(await browser.signIn(login)).toMatchObject({ status: 400, code: "REQUEST_INVALID" });
  const statuses: string[] = [];
  for (let tries = 0; tries < 20; tries++) {
    const { status, code } = await browser.signIn({ token: `mw_guess${tries}` });
    statuses.push(`${status} ${code}`);
  }
  expect(new Set(statuses.slice(0, 19))).toEqual(new Set(["401 UNAUTHENTICATED"]));
  expect(statuses.at(-1)).toBe("429 TOO_MANY_LOGINS");
  const right = await browser.signIn({ token: controller.adminToken });
  expect([right.status, Number(right.headers.get("retry-after")) >= 1]).toEqual([429, true]);
  expect((await browser.signIn({ email: "anna@example.com", password: PASSWORD })).status).toBe(429);
  expect(browser.cookie).toBeUndefined();
});

test("a cookie that is broken, of another controller or of a key that is gone opens nothing, and breaks nothing", async () => {
  const controller = await testController();
  const other = await testController();
  const browser = new PageBrowser(other);
  await browser.signIn({ token: other.adminToken });
  const foreign = browser.cookie ?? "";
  await new PageBrowser(controller).signIn({ token: controller.adminToken });
  const mine = new PageBrowser(controller);
  await mine.signIn({ token: controller.adminToken });
  const good = mine.cookie ?? "";
  for (const cookie of [foreign, `${good.slice(0, -3)}AAA`, "millwright=", "millwright=%E0%A4%A", "millwright=AAAA"]) {
    mine.cookie = cookie;
    expect([cookie, await mine.api("GET", "/me")]).toMatchObject([cookie, { status: 401, code: "UNAUTHENTICATED" }]);
    expect((await mine.ask("GET", "/")).status).toBeLessThan(504);
  }
  mine.cookie = good;
  expect((await controller.api("POST", "/keys/rotate")).status).toBe(200);
  expect((await mine.api("GET", "/me")).status).toBe(200); // the older key is still known
});

test("a new password, a disabled user and an ended login end the cookie's power at once", async () => {
  const controller = await testController();
  const anna = await person(controller, "anna@example.com", { shop: "developer" });
  const login = { email: anna.email, password: PASSWORD };
  const browser = new PageBrowser(controller);
  await browser.signIn(login);
  const here = new PageBrowser(controller);
  await here.signIn(login);
  const change = { current: PASSWORD, new: "another password" };
  expect((await here.api("PUT", "/me/password", change)).status).toBe(204);
  expect((await here.api("GET", "/me")).status).toBe(200);
  expect((await browser.api("GET", "/me")).status).toBe(401);
  await controller.api("PATCH", `/users/${anna.email}`, { disabled: true });
  expect((await here.api("GET", "/me")).status).toBe(401);
  await controller.api("PATCH", `/users/${anna.email}`, { disabled: false });
  expect((await here.api("DELETE", "/session")).status).toBe(204);
  expect((await here.api("GET", "/me")).status).toBe(401);
});

test("with the cookie only the page itself may ask: its header is needed, and its own origin", async () => {
  const controller = await testController();
  const browser = new PageBrowser(controller);
  const own = controller.httpUrl;
  const evil = { origin: "https://evil.example" };
  expect(await browser.signIn({ token: controller.adminToken }, evil)).toMatchObject({
    status: 403,
    code: "PAGE_REQUEST_FOREIGN",
  });
  expect((await browser.signIn({ token: controller.adminToken }, { origin: own })).status).toBe(201);
  const app = { name: "shop", gitUrl: "https://example.test/shop.git" };
  const foreign = { status: 403, code: "PAGE_REQUEST_FOREIGN" };
  for (const [method, path, options] of [
    ["POST", "/api/v1/apps", { body: app, page: false }],
    ["POST", "/api/v1/apps", { body: app, page: false, headers: { "sec-fetch-site": "same-origin" } }],
    ["POST", "/api/v1/apps", { body: app, headers: evil }],
    ["POST", "/api/v1/apps", { body: app, headers: { origin: "null" } }],
    ["GET", "/api/v1/apps", { page: false }],
    ["GET", "/api/v1/apps", { page: false, headers: { "sec-fetch-site": "none" } }],
    ["GET", "/api/v1/builds/changes", { page: false, headers: { "sec-fetch-site": "same-origin" } }],
    ["DELETE", "/page/session", { page: false }],
    ["DELETE", "/page/session", { headers: evil }],
  ] as const)
    expect([method, path, await browser.ask(method, path, options)]).toMatchObject([method, path, foreign]);
  expect((await browser.api("GET", "/apps")).text).toBe('{"apps":[]}');
  expect((await browser.ask("POST", "/api/v1/apps", { body: app, headers: { origin: own } })).status).toBe(201);
  const bearer = { authorization: `Bearer ${controller.adminToken}`, ...evil };
  expect((await browser.ask("GET", "/api/v1/apps", { page: false, headers: bearer })).status).toBe(200);
});

test("a log and a file may be opened by a link of the page, and not by another site", async () => {
  const controller = await testController();
  const agent = await agentWithApp(controller);
  const files = [{ name: "www.zip", kind: "www" as const, bytes: "zip" }];
  const { id, artifacts } = await finishedBuild(controller, agent, { files, log: "hello <b>\n" });
  const browser = new PageBrowser(controller);
  await browser.signIn({ token: controller.adminToken });
  for (const path of [`/api/v1/builds/${id}/log`, `/api/v1/builds/${id}/artifacts/${artifacts[0]}`]) {
    const open = (headers: Record<string, string>) => browser.ask("GET", path, { page: false, headers });
    for (const site of ["same-origin", "none"]) expect((await open({ "sec-fetch-site": site })).status).toBe(200);
    const plain = await open({});
    expect(plain.status).toBe(200);
    expect(plain.headers.get("x-content-type-options")).toBe("nosniff");
    expect(plain.headers.get("cache-control")).toBe("no-store");
    for (const site of ["cross-site", "same-site"])
      expect(await open({ "sec-fetch-site": site })).toMatchObject({ status: 403, code: "PAGE_REQUEST_FOREIGN" });
    expect((await open({ origin: "https://evil.example" })).status).toBe(403);
  }
  expect((await browser.ask("GET", `/api/v1/builds/${id}`, { page: false })).status).toBe(403);
});
