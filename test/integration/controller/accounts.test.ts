import { expect, test } from "vitest";
import type { Account, Member, User } from "../../../src/protocol/account-api.ts";
import type { AuditEntry } from "../../../src/protocol/audit-api.ts";
import { type ApiOf, testController } from "../../support/controller.ts";
import { PASSWORD, person } from "../../support/people.ts";

async function refusal(answer: ReturnType<ApiOf>) {
  const { status, body } = await answer;
  return { status, ...(body as { error: { code: string; why: string } }).error };
}

test("an operator adds accounts and sets their names and limits, and others see their own", async () => {
  const controller = await testController();
  const anna = await person(controller, "anna@example.com", { shop: "admin" });
  const made = await controller.api("POST", "/accounts", { name: "bank", concurrencyLimit: 2 });
  expect(made).toMatchObject({ status: 201, body: { name: "bank", concurrencyLimit: 2 } });
  const { id } = made.body as Account;
  const patched = await controller.api("PATCH", "/accounts/bank", { name: "Bank", concurrencyLimit: null });
  expect(patched.body).toMatchObject({ id, name: "Bank", concurrencyLimit: null });
  expect((await controller.api("GET", `/accounts/${id}`)).body).toEqual(patched.body);

  const listed = (await anna.api("GET", "/accounts")).body as { accounts: Account[] };
  expect(listed.accounts.map(({ name }) => name)).toEqual(["shop"]);
  for (const [method, path] of [
    ["GET", "/accounts/Bank"],
    ["PATCH", `/accounts/${id}`],
    ["GET", "/accounts/Bank/members"],
  ]) {
    const refused = await refusal(
      anna.api(method as string, path as string, method === "PATCH" ? { name: "x" } : undefined),
    );
    expect(refused).toMatchObject({ status: 404, code: "NOT_FOUND", why: "There are: shop." });
  }
  expect(await refusal(anna.api("PATCH", "/accounts/shop", { concurrencyLimit: 99 }))).toMatchObject({ status: 403 });
  expect(await refusal(anna.api("POST", "/accounts", { name: "mine" }))).toMatchObject({ status: 403 });
  for (const body of [{ name: "shop" }, { name: "a/b" }, { name: "x", concurrencyLimit: 0 }, { name: "x", more: 1 }]) {
    const code = (await refusal(controller.api("POST", "/accounts", body))).code;
    expect(code).toBe(body.name === "shop" ? "NAME_TAKEN" : "REQUEST_INVALID");
  }
  expect(await refusal(controller.api("PATCH", "/accounts/Bank", { name: "shop" }))).toMatchObject({ status: 409 });
});

test("an admin of an account adds, changes and removes its members, and the last admin stays", async () => {
  const controller = await testController();
  const anna = await person(controller, "anna@example.com", { shop: "admin" });
  const ben = await person(controller, "ben@example.com");
  const put = (email: string, role: string) => anna.api("PUT", `/accounts/shop/members/${email}`, { role });
  expect((await put("Ben@example.com", "viewer")).body).toMatchObject({ user: { email: ben.email }, role: "viewer" });
  expect((await ben.api("GET", "/apps?account=shop")).status).toBe(200);
  expect(await refusal(ben.api("GET", "/accounts/shop/members"))).toMatchObject({ status: 403, code: "NOT_ALLOWED" });
  expect(await refusal(put("nobody@example.com", "viewer"))).toMatchObject({ status: 404, code: "NOT_FOUND" });
  expect(await refusal(put(ben.email, "owner"))).toMatchObject({ code: "REQUEST_INVALID" });

  expect(await refusal(put(anna.email, "viewer"))).toMatchObject({ status: 409, code: "LAST_ADMIN" });
  expect(await refusal(anna.api("DELETE", `/accounts/shop/members/${anna.email}`))).toMatchObject({
    code: "LAST_ADMIN",
  });
  await put(ben.email, "admin");
  await controller.api("PATCH", `/users/${ben.email}`, { disabled: true });
  expect(await refusal(anna.api("DELETE", `/accounts/shop/members/${anna.id}`))).toMatchObject({ code: "LAST_ADMIN" });
  await controller.api("PATCH", `/users/${ben.email}`, { disabled: false });
  expect((await anna.api("DELETE", `/accounts/shop/members/${anna.id}`)).status).toBe(204);
  const listed = (await ben.api("GET", "/accounts/shop/members")).body as { members: Member[] };
  expect(listed.members.map(({ user, role }) => [user.email, role])).toEqual([["ben@example.com", "admin"]]);
  expect(await refusal(anna.api("GET", "/accounts/shop"))).toMatchObject({ status: 404 });
  expect(await refusal(ben.api("DELETE", "/accounts/shop/members/anna@example.com"))).toMatchObject({ status: 404 });
});

test("two admins who remove each other at once leave one", async () => {
  const controller = await testController();
  const anna = await person(controller, "anna@example.com", { shop: "admin" });
  const ben = await person(controller, "ben@example.com", { shop: "admin" });
  await Promise.all([
    anna.api("DELETE", `/accounts/shop/members/${ben.id}`),
    ben.api("DELETE", `/accounts/shop/members/${anna.id}`),
  ]);
  const { members } = (await controller.api("GET", "/accounts/shop/members")).body as { members: Member[] };
  expect(members).toHaveLength(1);
});

test("users are the operators': checked, unique whatever the case, and never shown with their password", async () => {
  const controller = await testController();
  const anna = await person(controller, "anna@example.com", { shop: "admin" });
  const ben = { email: "Ben@Example.com", name: "Ben Berg" };
  const added = await controller.api("POST", "/users", ben);
  expect(added).toMatchObject({ status: 201, body: { email: "ben@example.com", hasPassword: false, operator: false } });
  expect(await refusal(controller.api("POST", "/users", { email: "ben@example.com" }))).toMatchObject({ status: 409 });
  const wrong = [
    { email: "ben" },
    { email: "a b@c" },
    { email: "x@y", password: "short" },
    { email: "x@y", admin: true },
  ];
  for (const body of wrong)
    expect((await refusal(controller.api("POST", "/users", body))).code).toBe("REQUEST_INVALID");
  const listed = (await controller.api("GET", "/users")).body as { users: User[] };
  expect(listed.users.map(({ email, hasPassword }) => [email, hasPassword])).toEqual([
    ["anna@example.com", true],
    ["ben@example.com", false],
  ]);
  expect(JSON.stringify(listed)).not.toMatch(/scrypt|hash"/);
  for (const path of ["/users", "/users/ben@example.com", "/users/nobody@example.com", "/users/1"])
    expect(await refusal(anna.api("GET", path)), path).toMatchObject({ status: 403, code: "NOT_ALLOWED" });
});

test("what is done to people, accounts, members and tokens is in the audit, without secrets", async () => {
  const controller = await testController();
  const anna = await person(controller, "anna@example.com", { shop: "admin" });
  const { id } = (await anna.api("POST", "/tokens", { name: "ci", scopes: ["build"], account: "shop" })).body as {
    id: string;
  };
  await anna.api("DELETE", `/tokens/${id}`);
  await controller.api("PATCH", "/accounts/shop", { concurrencyLimit: 2 });
  await controller.api("PATCH", "/users/anna@example.com", { password: "another password", operator: true });
  const { entries } = (await controller.api("GET", "/audit")).body as { entries: AuditEntry[] };
  expect(entries.map(({ actor, action, kind, name, detail }) => [actor, action, kind, name, detail])).toEqual([
    ["admin", "written", "user", "anna@example.com", "new password, operator"],
    ["admin", "written", "account", "shop", "concurrency limit 2, was none"],
    ["anna@example.com", "removed", "token", "ci", "revoked"],
    ["anna@example.com", "written", "token", "ci", "read, build"],
    ["anna@example.com", "logged in", "login", "anna@example.com", "login from 127.0.0.1"],
    ["admin", "written", "member", "anna@example.com", "added as admin"],
    ["admin", "written", "account", "shop", "added"],
    ["admin", "written", "user", "anna@example.com", "added"],
  ]);
  expect(JSON.stringify(entries)).not.toMatch(/password"|mw_|scrypt/);
  const login = { email: anna.email, password: "another password" };
  const { token } = (await controller.as(undefined)("POST", "/session", login)).body as { token: string };
  await controller.api("PATCH", "/users/anna@example.com", { operator: false });
  const own = (await controller.as(token)("GET", "/audit?account=shop")).body as { entries: AuditEntry[] };
  expect(new Set(own.entries.map(({ kind }) => kind))).toEqual(new Set(["account", "token", "member"]));
  expect(PASSWORD).not.toBe(login.password);
});
