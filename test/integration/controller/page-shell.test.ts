import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync } from "node:zlib";
import { expect, test } from "vitest";
import { temporaryFolder, testController } from "../../support/controller.ts";
import { PageBrowser } from "../../support/page-browser.ts";
import { PASSWORD, person } from "../../support/people.ts";

const SCRIPT = "console.log('page')\n";

/** What `npm run build` makes, in small. */
function pageFolder(): string {
  const folder = temporaryFolder();
  mkdirSync(join(folder, "assets"));
  writeFileSync(join(folder, "index.html"), "<!doctype html><title>Millwright</title>");
  writeFileSync(join(folder, "assets", "main-ABC123.js"), SCRIPT);
  writeFileSync(join(folder, "assets", "main-ABC123.js.br"), brotliCompressSync(SCRIPT));
  writeFileSync(join(folder, "assets", "main-ABC123.css"), "body{}");
  return folder;
}

const controllerWithPage = () => testController({}, temporaryFolder(), undefined, { pageFolder: pageFolder() });

const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; " +
  "font-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

const HEADERS = {
  "content-security-policy": POLICY,
  "x-content-type-options": "nosniff",
  "referrer-policy": "same-origin",
  "x-frame-options": "DENY",
  "cross-origin-opener-policy": "same-origin",
};

test("every address of the page brings the same page, asked for again each time", async () => {
  const browser = new PageBrowser(await controllerWithPage());
  const paths = ["/", "/builds", "/builds/12", "/builds/12/log", "/start", "/agents", "/agents/mini", "/settings"];
  for (const path of [...paths, "/settings/profiles/play", "/sign-in", "/?status=failed"]) {
    const { status, text, headers } = await browser.ask("GET", path, { page: false });
    expect([path, status, text]).toEqual([path, 200, "<!doctype html><title>Millwright</title>"]);
    expect(Object.fromEntries(headers)).toMatchObject({ ...HEADERS, "cache-control": "no-cache" });
    expect(headers.get("content-type")).toBe("text/html; charset=utf-8");
    const etag = headers.get("etag") ?? "";
    const again = await browser.ask("GET", path, { headers: { "if-none-match": `"x", W/${etag}` } });
    expect([again.status, again.text]).toEqual([304, ""]);
    expect((await browser.ask("HEAD", path)).status).toBe(200);
  }
  expect((await browser.ask("GET", "/nowhere")).status).toBe(404);
  expect((await browser.ask("POST", "/builds")).status).toBe(404);
});

test("scripts and styles are kept for ever, sent compressed to who takes it, and nothing beside them is sent", async () => {
  const browser = new PageBrowser(await controllerWithPage());
  const script = "/assets/main-ABC123.js";
  const plain = await browser.ask("GET", script, { headers: { "accept-encoding": "identity" } });
  expect([plain.status, plain.text, plain.headers.get("content-encoding")]).toEqual([200, SCRIPT, null]);
  const kept = { ...HEADERS, "cache-control": "public, max-age=31536000, immutable" };
  expect(Object.fromEntries(plain.headers)).toMatchObject(kept);
  expect(plain.headers.get("content-type")).toMatch(/^(?:text|application)\/javascript/);
  const small = await browser.ask("GET", script, { headers: { "accept-encoding": "br, gzip" } });
  expect([small.text, small.headers.get("content-encoding")]).toEqual([SCRIPT, "br"]);
  expect(Object.fromEntries(small.headers)).toMatchObject(kept);
  expect((await browser.ask("GET", "/assets/main-ABC123.css")).headers.get("content-type")).toMatch(/^text\/css/);
  for (const path of [
    "/assets/",
    "/assets/none.js",
    "/assets/..%2findex.html",
    "/assets/%2e%2e/index.html",
    "/assets",
  ]) {
    const { status, headers, text } = await browser.ask("GET", path);
    expect([path, [400, 403, 404].includes(status), text.includes("doctype")]).toEqual([path, true, false]);
    expect(headers.get("cache-control") ?? "").not.toContain("immutable");
  }
});

test("who is signed in is answered 404 for a build that isn't there or isn't theirs, with the page all the same", async () => {
  const controller = await controllerWithPage();
  const anna = await person(controller, "anna@example.com", { shop: "viewer" });
  const bert = await person(controller, "bert@example.com", { bank: "viewer" });
  await controller.api("POST", "/apps?account=shop", { name: "till", gitUrl: "https://example.test/till.git" });
  expect((await controller.api("POST", "/apps/till/builds", { kind: "deploy", commit: "main" })).status).toBe(201);
  const statuses = async (email: string | undefined) => {
    const browser = new PageBrowser(controller);
    if (email) await browser.signIn({ email, password: PASSWORD });
    const answers = ["/builds/1", "/builds/1/log", "/builds/2", "/builds/x"].map((path) =>
      browser.ask("GET", path, { page: false }),
    );
    const all = await Promise.all(answers);
    expect(new Set(all.map(({ text }) => text)).size).toBe(1);
    return all.map(({ status }) => status);
  };
  expect(await statuses(anna.email)).toEqual([200, 200, 404, 404]);
  expect(await statuses(bert.email)).toEqual([404, 404, 404, 404]);
  expect(await statuses(undefined)).toEqual([200, 200, 200, 200]);
});

test("a controller whose page was not built says so, and how", async () => {
  const pageFolder = join(temporaryFolder(), "none");
  const browser = new PageBrowser(await testController({}, temporaryFolder(), undefined, { pageFolder }));
  const { status, text, headers } = await browser.ask("GET", "/builds/7");
  expect(status).toBe(503);
  expect(text).toContain("npm run build");
  expect(headers.get("content-security-policy")).toContain("default-src 'none'");
  expect((await browser.ask("GET", "/assets/main.js")).status).toBe(404);
});
