import { expect, test } from "vitest";
import { troubleOf } from "../../../src/build/signing/ios/keychain.ts";
import { parseSearchList, withKeychain, withoutKeychain } from "../../../src/protocol/apple-host/search-list.ts";

const LOGIN = "/Users/builder/Library/Keychains/login.keychain-db";
const OTHER = "/Users/builder/My Keys/other.keychain";
const OWN = "/var/scratch/millwright-l1-a.keychain-db";

test("The list that security prints is read, in its order", () => {
  expect(parseSearchList(`    "${LOGIN}"\n    "${OTHER}"\n`)).toEqual([LOGIN, OTHER]);
  expect(parseSearchList("")).toEqual([]);
});

test("Adding and taking away the job's keychain leaves the others as they were", () => {
  const before = [LOGIN, OTHER];
  const during = withKeychain(before, OWN);
  expect(during).toEqual([LOGIN, OTHER, OWN]);
  expect(withKeychain(during, OWN)).toEqual(during);
  expect(withoutKeychain(during, OWN)).toEqual(before);
  expect(withoutKeychain([OWN, ...before], OWN)).toEqual(before);
  expect(withoutKeychain(before, OWN)).toEqual(before);
});

test("A keychain is the same by another way to it, or with the ending that macOS adds", () => {
  for (const shown of [`/private${OWN}`, `${OWN}-db`]) {
    expect(withKeychain([LOGIN, shown], OWN)).toEqual([LOGIN, shown]);
    expect(withoutKeychain([LOGIN, shown], OWN)).toEqual([LOGIN]);
  }
  expect(withoutKeychain(["/x/millwright-l1-b.keychain-db"], OWN)).toHaveLength(1);
});

test("An identity is there when it is listed at all, and what macOS has against it is told", () => {
  const sha1 = "AB".repeat(20);
  const listing = (
    mark: string,
  ) => `\nPolicy: Code Signing\n  Matching identities\n  1) ${sha1} "Apple Distribution: A (T)"${mark}
     1 identities found\n\n  Valid identities only\n     0 valid identities found\n`;
  expect(troubleOf(listing(""), sha1.toLowerCase())).toBe("");
  expect(troubleOf(listing(" (CSSMERR_TP_NOT_TRUSTED)"), sha1.toLowerCase())).toBe("CSSMERR_TP_NOT_TRUSTED");
  expect(troubleOf(listing(""), "cd".repeat(20))).toBeUndefined();
});
