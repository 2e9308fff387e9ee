import { expect, test } from "vitest";
import { commandTitle, Parts } from "../../../src/build/job/parts.ts";

test("A part holds what runs inside of it, the same title again makes it longer, and short ones are left out", async () => {
  const parts = new Parts();
  await parts.time("submodules", async () => {
    parts.add("git fetch", 500);
    await new Promise((resolve) => setTimeout(resolve, 120));
  });
  parts.add("npm ci", 1_000.4);
  parts.add("git rev-parse", 3);
  parts.add("npm ci", 500);
  const taken = parts.take();
  expect(taken.map(({ title }) => title)).toEqual(["submodules", "npm ci"]);
  expect(taken[1]?.ms).toBe(1_500);
  expect(parts.take()).toEqual([]);
});

test("Commands are named without their options and values", () => {
  expect(commandTitle("/usr/bin/npm", ["ci", "--no-audit"])).toBe("npm ci");
  expect(commandTitle("cordova", ["build", "android", "--release"])).toBe("cordova build android");
  expect(commandTitle("git", ["-c", "x=y", "fetch"])).toBe("git");
  expect(commandTitle("npm", ["run", "build", "--", "--token=abc"])).toBe("npm run build");
  expect(commandTitle("sh", ["-c", "make web\nmore"])).toBe("make web");
});
