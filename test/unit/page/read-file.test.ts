import { expect, test } from "vitest";
import { base64Of, readFile } from "../../../src/page/client/read-file.ts";

test("a file of any bytes and any length is carried as base64", async () => {
  const bytes = Uint8Array.from({ length: 100_001 }, (_, index) => index % 256);
  expect(base64Of(bytes)).toBe(Buffer.from(bytes).toString("base64"));
  expect(await readFile(new File([bytes], "play.jks"), 200_000)).toEqual({
    fileName: "play.jks",
    base64: Buffer.from(bytes).toString("base64"),
    size: 100_001,
  });
});

test("a file that is too large or empty is refused in words", async () => {
  expect(await readFile(new File([new Uint8Array(3000)], "video.mp4"), 2048)).toMatch(/2\.9 KiB.*at most 2\.0 KiB/);
  expect(await readFile(new File([], "play.jks"), 2048)).toBe("play.jks is empty.");
});
