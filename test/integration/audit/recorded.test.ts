import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import type { AuditEntry } from "../../../src/protocol/audit-api.ts";
import { type ApiDocument, operationsOf } from "../../api-fuzz/document.ts";
import { testController } from "../../support/controller.ts";
import { person } from "../../support/people.ts";
import { ACTS, CALLS, NOT_RECORDED } from "./acts.ts";
import { World } from "./world.ts";

/** What asks only. */
const READING = new Set(["GET", "HEAD"]);

/** What is refused whatever is asked changes nothing. */
const isOffered = (answers: object) => Object.keys(answers).some((status) => status < "400");

test("each route that changes something is tried below, or it is said why the audit needn't tell of it", async () => {
  const { httpUrl } = await testController();
  const document = (await (await fetch(`${httpUrl}/openapi.json`)).json()) as ApiDocument;
  const changing = operationsOf(document).filter(({ method, answers }) => !READING.has(method) && isOffered(answers));
  const known = [...ACTS.map(([title]) => title), ...Object.keys(NOT_RECORDED)];
  expect([...new Set(known)].sort()).toEqual(changing.map(({ title }) => title).sort());
});

test("of each call that agents have it is said whether it is in the audit", () => {
  const proto = readFileSync("proto/millwright/agent/v1/agent.proto", "utf8");
  const calls = [...proto.matchAll(/^ {2}rpc (\w+)\(/gm)].map(([, name]) => name);
  expect(Object.keys(CALLS).sort()).toEqual(calls.sort());
});

test("a login that is refused is told with its address; an e-mail that nobody has is not kept", async () => {
  const controller = await testController();
  await person(controller, "anna@example.com");
  const login = (email: string) => controller.as(undefined)("POST", "/session", { email, password: "wrong password" });
  expect([(await login("anna@example.com")).status, (await login("my-password@example.com")).status]).toEqual([
    401, 401,
  ]);
  const { entries } = (await controller.api("GET", "/audit?kind=login")).body as { entries: AuditEntry[] };
  expect(entries.slice(0, 2)).toMatchObject([
    { action: "refused", actor: "", name: "", detail: "from 127.0.0.1" },
    { action: "refused", actor: "anna@example.com", name: "anna@example.com" },
  ]);
  expect(JSON.stringify(entries)).not.toContain("my-password");
});

test("whoever changes something is in the audit as soon as it is done, with nothing secret", async () => {
  const controller = await testController();
  const newest = async () =>
    ((await controller.api("GET", "/audit?limit=20")).body as { entries: AuditEntry[] }).entries;
  const world = await World.on(controller);
  for (const [title, act, expected] of ACTS) {
    const before = (await newest())[0]?.id ?? 0;
    await act(world);
    const added = (await newest()).filter(({ id }) => id > before);
    const told = added.map(({ actor, action, kind }) => `${actor} ${action} ${kind}`);
    expect([title, told]).toEqual([title, expect.arrayContaining([expected])]);
  }
  const all = JSON.stringify((await controller.api("GET", "/audit?limit=1000")).body);
  for (const secret of world.secrets) expect(all).not.toContain(secret);
}, 60_000);
