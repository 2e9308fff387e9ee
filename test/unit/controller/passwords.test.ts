import { scryptSync } from "node:crypto";
import { expect, test } from "vitest";
import { hashPassword, isPassword } from "../../../src/controller/accounts/passwords.ts";

test("a password opens its own hash only, in whatever code points it was typed", async () => {
  const hash = await hashPassword("Gr\u00fc\u00dfe, Welt");
  expect(hash).toMatch(/^scrypt\$32768\$8\$3\$[\w-]{22}\$[\w-]{43}$/);
  expect(await hashPassword("Gr\u00fc\u00dfe, Welt")).not.toBe(hash);
  expect(await isPassword("Gru\u0308\u00dfe, Welt", hash)).toBe(true);
  for (const wrong of ["", "gr\u00fc\u00dfe, Welt", "Gr\u00fc\u00dfe, Welt "])
    expect(await isPassword(wrong, hash)).toBe(false);
});

test("a hash made with other costs still opens: they stand in it", async () => {
  const salt = Buffer.from("0123456789abcdef");
  const key = scryptSync("secret", salt, 32, { N: 1024, r: 4, p: 1 });
  const hash = `scrypt$1024$4$1$${salt.toString("base64url")}$${key.toString("base64url")}`;
  expect(await isPassword("secret", hash)).toBe(true);
  expect(await isPassword("Secret", hash)).toBe(false);
});

test("who has no password costs as much time as who has one", async () => {
  const hash = await hashPassword("secret");
  const timeOf = async (other: string | null) => {
    const times: number[] = [];
    for (let round = 0; round < 3; round++) {
      const start = performance.now();
      expect(await isPassword("guess", other)).toBe(false);
      times.push(performance.now() - start);
    }
    return Math.min(...times);
  };
  const ratio = (await timeOf(null)) / (await timeOf(hash));
  expect(ratio).toBeGreaterThan(0.3);
  expect(ratio).toBeLessThan(3);
});
