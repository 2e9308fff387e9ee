import { expect, test } from "vitest";
import { isIn, placesFor } from "../../../../src/page/settings/places.ts";
import type { Me, Scope } from "../../../../src/protocol/account-api.ts";

function somebody(operator: boolean, scopes: Scope[]): Me {
  return { name: "ada@example.com", operator, accounts: [{ id: "o1", name: "Team", scopes }] };
}

function namesFor(me: Me): string[] {
  return placesFor(me).flatMap(({ places }) => places.map(({ name }) => name));
}

test("viewers are not offered what only those who manage may see", () => {
  const names = namesFor(somebody(false, ["read"]));
  expect(names).toContain("Apps");
  expect(names).toContain("Tokens");
  expect(names).not.toContain("Webhooks");
  expect(names).not.toContain("Audit");
  expect(names).not.toContain("Users");
});

test("those who manage an account are offered its webhooks and the audit, and no users", () => {
  const names = namesFor(somebody(false, ["read", "build", "manage"]));
  expect(names).toEqual(expect.arrayContaining(["Webhooks", "Audit"]));
  expect(names).not.toContain("Users");
});

test("operators without an account are offered everything", () => {
  expect(namesFor({ name: "admin", operator: true, accounts: [] })).toEqual(
    expect.arrayContaining(["Webhooks", "Audit", "Users"]),
  );
});

test("an address lies in a part when it is the part's own or below it", () => {
  const apps = { path: "/settings/apps", name: "Apps" };
  expect(isIn(apps, "/settings/apps")).toBe(true);
  expect(isIn(apps, "/settings/apps/a1/automations/new")).toBe(true);
  expect(isIn(apps, "/settings/apples")).toBe(false);
});
