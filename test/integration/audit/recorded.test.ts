import { expect, test } from "vitest";
import type { AuditEntry } from "../../../src/protocol/api.ts";
import { type ApiDocument, operationsOf } from "../../api-fuzz/document.ts";
import { testController } from "../../support/controller.ts";
import { ACTS, NOT_RECORDED } from "./acts.ts";
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

test("whoever changes something is in the audit as soon as it is done, with nothing secret", async () => {
  const controller = await testController();
  const newest = async () => ((await controller.api("GET", "/audit?limit=20")).body as { entries: AuditEntry[] }).entries;
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
