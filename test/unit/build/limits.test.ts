import { expect, test } from "vitest";
import { limitsOf } from "../../../src/build/job/limits.ts";

const app = { id: "a1", name: "shop", gitUrl: "", subfolder: "" };
const host = { timeoutMs: 3_600_000, silenceMs: 1 };

test("the smaller one of the app's and the host's limit counts, and says whose it is", () => {
  expect(limitsOf({ app }, host)).toMatchObject({
    timeoutMs: 3_600_000,
    timeoutOf: expect.stringContaining("agent's"),
  });
  expect(limitsOf({ app, timeoutMs: 7_200_000 }, host)).toMatchObject({ timeoutMs: 3_600_000 });
  const own = limitsOf({ app, timeoutMs: 60_000 }, host);
  expect(own).toMatchObject({ timeoutMs: 60_000, silenceMs: 1 });
  expect(own.timeoutOf).toContain("millwright apps set shop --timeout-minutes");
});
