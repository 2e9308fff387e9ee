import { expect, test } from "vitest";
import { type ApiDocument, operationsOf } from "../../api-fuzz/document.ts";
import { testController } from "../../support/controller.ts";
import { documentedRoutes } from "../../support/documented-routes.ts";

async function documentOf(httpUrl: string): Promise<ApiDocument> {
  const response = await fetch(`${httpUrl}/openapi.json`);
  expect([response.status, response.headers.get("content-type")]).toEqual([200, "application/json; charset=utf-8"]);
  return (await response.json()) as ApiDocument;
}

/** The path with something in place of its parameters. */
const filled = (path: string) => path.replace(/\{(\w+)\}/g, "987654");

test("the document has every route that the comments of the protocol list, and below /api/v1 no other", async () => {
  const { httpUrl } = await testController();
  const told = operationsOf(await documentOf(httpUrl)).map(({ title }) => title);
  const listed = documentedRoutes().map(({ method, path }) => `${method} /api/v1${path.replace(/:(\w+)/g, "{$1}")}`);
  expect(told.filter((title) => title.includes(" /api/v1/")).sort()).toEqual(listed.sort());
});

test("each operation of the document answers, and asks for the token that the document says", async () => {
  const { httpUrl, adminToken } = await testController();
  for (const { title, method, path, security, stream } of operationsOf(await documentOf(httpUrl))) {
    const ask = async (headers: Record<string, string>) => {
      const response = await fetch(`${httpUrl}${filled(path)}`, { method, headers, redirect: "manual" });
      if (!stream || !response.ok) return { status: response.status, text: await response.text() };
      await response.body?.cancel(); // some have no end
      return { status: response.status, text: "" };
    };
    const stranger = await ask({});
    // A hook and an upload are refused for want of a proof of another kind.
    if (!path.startsWith("/hooks/") && !path.startsWith("/uploads/"))
      expect([title, stranger.status === 401], stranger.text).toEqual([title, security !== "anyone"]);
    const known = await ask({ authorization: `Bearer ${adminToken}` });
    expect([title, known.text]).not.toEqual([title, expect.stringMatching(/There is no page|Cannot [A-Z]+ \//)]);
    expect(known.status, `${title}: ${known.text}`).toBeLessThan(500);
  }
});

test("every name that the document refers to is in it", async () => {
  const { httpUrl } = await testController();
  const document = await documentOf(httpUrl);
  expect(document.openapi).toBe("3.1.0");
  const names = [...JSON.stringify(document).matchAll(/"\$ref":"#\/components\/schemas\/(\w+)"/g)].map(
    ([, name]) => name,
  );
  expect(names.length).toBeGreaterThan(80);
  expect(names.filter((name) => !(`${name}` in document.components.schemas))).toEqual([]);
  const ids = Object.values(document.paths).flatMap((methods) =>
    Object.values(methods).map(({ operationId }) => operationId),
  );
  expect(new Set(ids).size).toBe(ids.length);
});
