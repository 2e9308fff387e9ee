import { randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { Sealer } from "../../../src/controller/secrets/sealer.ts";
import { Signer } from "../../../src/controller/secrets/tokens.ts";

test("a sealed value opens for its purpose and key only, and notices every changed byte", () => {
  const sealer = new Sealer(randomBytes(32));
  const sealed = sealer.seal({ password: "x" }, "profile:Play");
  expect(sealer.open(sealed, "profile:Play")).toEqual({ password: "x" });
  expect(() => sealer.open(sealed, "profile:Other")).toThrow();
  expect(() => new Sealer(randomBytes(32)).open(sealed, "profile:Play")).toThrow(/another key/);
  for (let i = 0; i < sealed.length; i += 1) {
    const changed = Buffer.from(sealed);
    changed[i] = (changed[i] ?? 0) ^ 1;
    expect(() => sealer.open(changed, "profile:Play")).toThrow();
  }
});

test("a signed token is ours, unchanged and not too old", () => {
  const signer = new Signer("key");
  const token = signer.sign({ use: "job", exp: 1000 });
  expect(signer.verify(token, 999)).toEqual({ use: "job", exp: 1000 });
  expect(signer.verify(token, 1001)).toBeUndefined();
  expect(new Signer("other").verify(token, 999)).toBeUndefined();
  expect(signer.verify(`x${token}`, 999)).toBeUndefined();
  expect(signer.verify("", 999)).toBeUndefined();
});
