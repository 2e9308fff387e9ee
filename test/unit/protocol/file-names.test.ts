import { expect, test } from "vitest";
import { fileNameFault, MOST_ARTIFACT_NAME } from "../../../src/protocol/file-names.ts";

test.each(["app", "app-1.2.3_debug.apk", "9", "a..b", "console.apk", "com10", "x".repeat(100)])(
  "%s is a good name",
  (name) => {
    expect(fileNameFault(name)).toBeUndefined();
  },
);

test.each([
  ["", /empty/],
  ["x".repeat(101), /at most 100/],
  ["../app", /no folder/],
  ["..", /begin with/],
  [".", /begin with/],
  ["a/b", /no folder/],
  ["a\\b", /no folder/],
  ["C:app", /no folder/],
  ["/etc/passwd", /no folder/],
  ["a%2fb", /no folder/],
  ["a\u0000b", /no folder/],
  ["a\nb", /no folder/],
  ["a b", /no folder/],
  ["a;filename=b", /no folder/],
  ['a"b', /no folder/],
  ["\u202eapk.a", /no folder/],
  ["äpp", /no folder/],
  ["app\u2215x", /no folder/],
  [".hidden", /begin with/],
  ["-rf", /begin with/],
  ["_x", /begin with/],
  ["app.", /end with a dot/],
  ["app..", /end with a dot/],
  ["CON", /device/],
  ["con.apk", /device/],
  ["Aux.tar.gz", /device/],
  ["nul", /device/],
  ["LPT1.zip", /device/],
  ["com0", /device/],
])("%j is none", (name, fault) => {
  expect(fileNameFault(name)).toMatch(fault);
});

test("an artifact's name has room for an ending", () => {
  expect(fileNameFault(`${"x".repeat(100)}.xcarchive.zip`, MOST_ARTIFACT_NAME)).toBeUndefined();
  expect(fileNameFault("x".repeat(121), MOST_ARTIFACT_NAME)).toMatch(/at most 120/);
});
