import { createPrivateKey, generateKeyPairSync } from "node:crypto";
import { expect, test } from "vitest";
import { newKeyFile, SpecKeys } from "../../../src/controller/trust/spec-keys.ts";
import { isSpecKey, signSpec, specFault } from "../../../src/protocol/spec-signature.ts";

const SPEC = '{"app":"shop"}';
const signed = (keys: SpecKeys, spec = SPEC) => ({
  spec: Buffer.from(spec),
  signature: keys.signSpec(spec),
  keys: keys.chain,
});

test("A job that the pinned key signed is believed as it is, and no other", () => {
  const keys = new SpecKeys(newKeyFile());
  expect(specFault(signed(keys), keys.text)).toBeUndefined();
  expect(specFault({ ...signed(keys), spec: Buffer.from('{"app":"shoq"}') }, keys.text)).toContain("did not sign it");
  expect(specFault({ ...signed(keys), signature: Buffer.alloc(0) }, keys.text)).toContain("did not sign it");
  const other = new SpecKeys(newKeyFile());
  expect(specFault(signed(other), keys.text)).toContain("doesn't show the key");
  // Another's signature under the known key's name, and another's key behind the known one without its word.
  expect(specFault({ ...signed(other), keys: keys.chain }, keys.text)).toContain("did not sign it");
  expect(specFault({ ...signed(other), keys: [...keys.chain, ...other.chain] }, keys.text)).toContain("not endorsed");
  expect(specFault({ ...signed(keys), keys: [] }, keys.text)).toContain("doesn't show the key");
});

test("A new key is believed because the one before endorses it; one that was left behind signs nothing any more", () => {
  const first = newKeyFile();
  const second = newKeyFile(first);
  const third = newKeyFile(second);
  const [a, b, c] = [new SpecKeys(first), new SpecKeys(second), new SpecKeys(third)];
  for (const pinned of [a.text, b.text, c.text]) expect(specFault(signed(c), pinned)).toBeUndefined();
  expect(specFault(signed(b), c.text), "an older controller's").toContain("doesn't show the key");
  expect(specFault({ ...signed(a), keys: c.chain }, a.text)).toContain("did not sign it");
  const [one, , three] = c.chain;
  expect(specFault({ ...signed(c), keys: [one, three] as never }, a.text), "one is left out").toContain("not endorsed");
  expect(specFault({ ...signed(c), keys: [...c.chain].reverse() }, a.text)).toContain("did not sign it");
});

test("A signature of something else is good for nothing", () => {
  const file = newKeyFile();
  const keys = new SpecKeys(file);
  const row = keys.signRow(SPEC);
  expect(keys.isSignedRow(SPEC, row)).toBe(true);
  expect(keys.isSignedRow(`${SPEC} `, row)).toBe(false);
  const key = createPrivateKey({ key: Buffer.from(file.privateKey, "base64"), format: "der", type: "pkcs8" });
  const asRow = `${row.split(".")[0]}.${signSpec(Buffer.from(SPEC), key).toString("base64url")}`;
  expect(keys.isSignedRow(SPEC, asRow), "of a spec").toBe(false);
  const asSpec = Buffer.from(row.split(".")[1] ?? "", "base64url");
  expect(specFault({ ...signed(keys), signature: asSpec }, keys.text), "of a row").toContain("did not sign it");
  expect(new SpecKeys(newKeyFile(file)).isSignedRow(SPEC, row), "rows outlive their key").toBe(true);
  expect(new SpecKeys(newKeyFile()).isSignedRow(SPEC, row)).toBe(false);
});

test("Only Ed25519 keys are keys, and a file whose halves don't belong together is refused", () => {
  const { publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const file = newKeyFile();
  expect(isSpecKey(new SpecKeys(file).text)).toBe(true);
  expect(isSpecKey(publicKey.export({ type: "spki", format: "der" }).toString("base64"))).toBe(false);
  for (const text of ["", "x", `${new SpecKeys(file).text}=`]) expect(isSpecKey(text)).toBe(false);
  expect(() => new SpecKeys({ ...file, privateKey: newKeyFile().privateKey })).toThrow("not that of its newest");
});
