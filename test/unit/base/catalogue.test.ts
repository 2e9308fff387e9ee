import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { errorsPage } from "../../../docs/errors-page.mjs";
import { CATALOGUE } from "../../../src/base/errors/catalogue.ts";
import { errorOf, toFailure } from "../../../src/base/errors/millwright-error.ts";

test("every error says what happened, why, what to do next and whose fault it is", () => {
  for (const [code, entry] of Object.entries(CATALOGUE)) {
    expect(code).toMatch(/^[A-Z][A-Z0-9_]+$/);
    for (const text of [entry.what, entry.why, entry.next]) expect(text.length, code).toBeGreaterThan(3);
    expect(["user", "host", "controller", "bug"], code).toContain(entry.blame);
  }
});

test("no code stands in two parts of the catalogue: one would hide the other", () => {
  const parts = readdirSync("src/base/errors").filter((name) => /^catalogue-.*\.ts$/.test(name));
  const codes = parts.flatMap((name) => {
    return [...readFileSync(`src/base/errors/${name}`, "utf8").matchAll(/^ {2}([A-Z][A-Z0-9_]+): \{/gm)].map(
      ([, code]) => code,
    );
  });
  expect(codes.filter((code, at) => codes.indexOf(code) !== at)).toEqual([]);
  expect(codes.toSorted()).toEqual(Object.keys(CATALOGUE).sort());
});

test("docs/errors.md is made from the catalogue (npm run docs)", () => {
  expect(readFileSync("docs/errors.md", "utf8")).toBe(errorsPage(CATALOGUE));
});

test("values are filled in, and what is not ours becomes INTERNAL_ERROR", () => {
  expect(errorOf("COMMIT_NOT_FOUND", { commit: "abc", repository: "r" }).failure.what).toBe("Commit abc is not in r.");
  expect(toFailure(new Error("boom"))).toMatchObject({ code: "INTERNAL_ERROR", blame: "bug", why: "boom" });
});
