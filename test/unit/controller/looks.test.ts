import { expect, test } from "vitest";
import { Looks } from "../../../src/controller/grpc/looks.ts";

test("Sixty-four are looked at at the same time, the next ones not at all, until one is done", async () => {
  const looks = new Looks();
  const ends: (() => void)[] = [];
  const begin = () => looks.among(() => new Promise<string>((resolve) => ends.push(() => resolve("looked"))));
  const first = Array.from({ length: 64 }, begin);
  expect(await begin()).toBeUndefined();
  expect(ends).toHaveLength(64);
  ends[0]?.();
  expect(await first[0]).toBe("looked");
  const next = begin();
  for (const end of ends) end();
  expect(await next).toBe("looked");
  expect(await Promise.all(first)).toEqual(Array(64).fill("looked"));
});

test("A look that fails makes room too", async () => {
  const looks = new Looks();
  for (let number = 0; number < 70; number += 1) {
    await expect(looks.among(() => Promise.reject(new Error("no")))).rejects.toThrow("no");
  }
});
