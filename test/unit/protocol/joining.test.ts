import { generateKeyPairSync, randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { readInvitation, writeInvitation } from "../../../src/protocol/invitation-line.ts";
import {
  isProven,
  isSignedBy,
  proveKey,
  publicKeyDer,
  readAssertion,
  thumbprint,
  writeAssertion,
} from "../../../src/protocol/key-assertion.ts";

const key = () => generateKeyPairSync("ed25519").privateKey;

test("an invitation is read as it was written, also with blanks around it and for IPv6", () => {
  for (const address of ["mill.example.com:8081", "[2001:db8::1]:8081", "10.0.0.7:1"]) {
    const invitation = { address, pin: randomBytes(32), secret: randomBytes(32).toString("base64url") };
    expect(readInvitation(`  ${writeInvitation(invitation)}\n`)).toEqual(invitation);
  }
});

test("what is not a whole invitation is told apart by its parts", () => {
  const whole = writeInvitation({ address: "a:1", pin: randomBytes(32), secret: "s".repeat(43) });
  const [kind, address, pin, secret] = whole.split(".");
  expect(readInvitation("")).toMatch(/begin with mw1/);
  expect(readInvitation(whole.slice(0, -1))).toMatch(/last part/);
  expect(readInvitation(`${whole}.more`)).toMatch(/last part/);
  expect(readInvitation([kind, address, pin?.slice(4), secret].join("."))).toMatch(/third part/);
  expect(readInvitation([kind, "bm90aGluZw", pin, secret].join("."))).toMatch(/second part/);
});

test("an assertion is its key's, for two minutes, and for nobody else's", () => {
  const [mine, other] = [key(), key()];
  const assertion = writeAssertion(mine, 1_700_000_000_500);
  const said = readAssertion(assertion);
  expect(said).toMatchObject({ iss: thumbprint(publicKeyDer(mine)), iat: 1_700_000_000, exp: 1_700_000_120 });
  expect(isSignedBy(assertion, publicKeyDer(mine))).toBe(true);
  expect(isSignedBy(assertion, publicKeyDer(other))).toBe(false);
  expect(isSignedBy(`${assertion.slice(0, -4)}AAAA`, publicKeyDer(mine))).toBe(false);
  expect(readAssertion(writeAssertion(mine, 0))?.jti).not.toBe(said?.jti);
});

test("a header that names another algorithm, or none, is no assertion", () => {
  const [, claims = "", signature = ""] = writeAssertion(key(), 0).split(".");
  for (const header of [{ alg: "none" }, { alg: "HS256" }, {}]) {
    const head = Buffer.from(JSON.stringify(header)).toString("base64url");
    expect(readAssertion(`${head}.${claims}.${signature}`)).toBeUndefined();
  }
});

test("only who has the key can enrol it, and only a key of the right kind", () => {
  const [mine, other] = [key(), key()];
  expect(isProven(publicKeyDer(mine), "secret", proveKey(mine, "secret"))).toBe(true);
  expect(isProven(publicKeyDer(mine), "another", proveKey(mine, "secret"))).toBe(false);
  expect(isProven(publicKeyDer(other), "secret", proveKey(mine, "secret"))).toBe(false);
  const curve = generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey;
  expect(isProven(publicKeyDer(curve), "secret", proveKey(mine, "secret"))).toBe(false);
  expect(isProven(Buffer.from("no key"), "secret", proveKey(mine, "secret"))).toBe(false);
});
