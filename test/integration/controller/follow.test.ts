import { expect, test } from "vitest";
import { testController } from "../../support/controller.ts";

test("whoever follows a queued build is answered before its first byte", async () => {
  const controller = await testController();
  await controller.api("POST", "/apps", { name: "demo", gitUrl: "https://example.test/demo.git" });
  await controller.api("POST", "/apps/demo/builds", { kind: "deploy", commit: "main" });
  const stop = new AbortController();
  const headers = { authorization: `Bearer ${controller.adminToken}` };
  const url = `${controller.httpUrl}/api/v1/builds/1/log?follow=1`;
  const response = await fetch(url, { headers, signal: stop.signal });
  expect(response.status).toBe(200);
  const reader = response.body?.getReader();
  const first = reader?.read();
  await controller.api("POST", "/builds/1/cancel");
  expect((await first)?.done).toBe(true);
  stop.abort();
});

test("a build's changes are told one snapshot a line, until its end", async () => {
  const controller = await testController();
  await controller.api("POST", "/apps", { name: "demo", gitUrl: "https://example.test/demo.git" });
  await controller.api("POST", "/apps/demo/builds", { kind: "deploy", commit: "main" });
  const headers = { authorization: `Bearer ${controller.adminToken}` };
  const watching = fetch(`${controller.httpUrl}/api/v1/builds/1/watch`, { headers }).then((response) =>
    response.text(),
  );
  await controller.api("POST", "/builds/1/cancel");
  const lines = (await watching).trim().split("\n");
  const statuses = lines.map((line) => (JSON.parse(line) as { status: string }).status);
  expect(statuses.at(-1)).toBe("canceled");
});
