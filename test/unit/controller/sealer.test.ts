import { randomBytes } from "node:crypto";
import { chmodSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { newSealingKey, readKeyRing, sealingKey, writeKeyRing } from "../../../src/controller/secrets/key-ring.ts";
import { Sealer } from "../../../src/controller/secrets/sealer.ts";
import { Signer } from "../../../src/controller/secrets/tokens.ts";
import { temporaryFolder } from "../../support/controller.ts";

const PLAY = { kind: "profile", name: "Play" };

function sealerWith(...keys: ReturnType<typeof newSealingKey>[]): Sealer {
  return new Sealer(keys, "/keys");
}

test("a sealed value opens for its place and key only, and notices every changed byte", () => {
  const sealer = sealerWith(newSealingKey(0));
  const sealed = sealer.seal({ password: "x" }, PLAY);
  expect(sealer.open(sealed, PLAY)).toEqual({ password: "x" });
  expect(() => sealer.open(sealed, { kind: "profile", name: "Other" })).toThrow(/SECRET_DAMAGED/);
  expect(() => sealerWith(newSealingKey(0)).open(sealed, PLAY)).toThrow(/SECRET_KEY_MISSING/);
  for (let i = 0; i < sealed.length; i += 1) {
    const changed = Buffer.from(sealed);
    changed[i] = (changed[i] ?? 0) ^ 1;
    expect(() => sealer.open(changed, PLAY)).toThrow(/SECRET_(DAMAGED|KEY_MISSING)/);
  }
  for (const length of [0, 7, 8, 20, 35])
    expect(() => sealer.open(sealed.subarray(0, length), PLAY)).toThrow(/SECRET_/);
});

test("a newer key seals from then on, and older values still open and can be sealed again", () => {
  const [old, young] = [newSealingKey(0), newSealingKey(1)];
  const sealer = sealerWith(old);
  const before = sealer.seal("x", PLAY);
  sealer.use(young);
  expect(sealer.open(before, PLAY)).toBe("x");
  const again = sealer.sealAgain(before, PLAY);
  expect(sealerWith(young).open(again, PLAY)).toBe("x");
  expect(() => sealerWith(young).open(before, PLAY)).toThrow(/SECRET_KEY_MISSING/);
  expect(() => sealer.sealAgain(before, { kind: "environment", name: "Play" })).toThrow(/SECRET_DAMAGED/);
});

test("a file holds its keys the newest first, and one line of an older release is a key as old as its file", () => {
  const file = join(temporaryFolder(), "secret.key");
  expect(readKeyRing(file)).toBeUndefined();
  const bytes = randomBytes(32);
  writeFileSync(file, bytes.toString("base64"));
  chmodSync(file, 0o644);
  const [old] = readKeyRing(file) ?? [];
  expect(old).toEqual(sealingKey(bytes, statSync(file).mtimeMs));
  const young = newSealingKey(Date.parse("2026-05-01T00:00:00Z"));
  writeKeyRing(file, [young, sealingKey(bytes, 0)]);
  expect(readKeyRing(file)).toEqual([young, sealingKey(bytes, 0)]);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(readFileSync(file, "utf8")).toContain("2026-05-01T00:00:00.000Z\n");
  for (const text of ["", "\n", "not a key", `${bytes.toString("base64")} yesterday`, bytes.toString("hex")]) {
    writeFileSync(file, text);
    expect(() => readKeyRing(file), text).toThrow();
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
