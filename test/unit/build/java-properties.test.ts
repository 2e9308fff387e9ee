import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { javaProperties } from "../../../src/build/signing/android/java-properties.ts";
import { toolTest } from "../../support/tool-test.ts";

const HARD = [
  "  leading",
  "back\\slash",
  "a:b=c#d!e",
  "tab\tand\nline",
  "pässwörd €",
  "🔑 key",
  "trailing ",
  "\\u0041",
];

test("Every character but letters and digits is escaped", () => {
  expect(javaProperties({ "key.alias": "a b" })).toBe("key.alias=a\\u0020b\n");
  expect(javaProperties({ k: "🔑" })).toBe("k=\\ud83d\\udd11\n");
});

toolTest(["javac"], "Java's own Properties reads back what was written", () => {
  const folder = mkdtempSync(join(tmpdir(), "millwright-properties-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(
    join(folder, "p"),
    javaProperties(Object.fromEntries(HARD.map((value, index) => [`v${index}`, value]))),
  );
  const source = join(folder, "Read.java");
  writeFileSync(
    source,
    `import java.nio.file.*; import java.util.*;
    class Read { public static void main(String[] a) throws Exception {
      Properties p = new Properties(); p.load(Files.newBufferedReader(Paths.get(a[0])));
      for (int i = 0; i < p.size(); i++)
        System.out.println(Base64.getEncoder().encodeToString(p.getProperty("v" + i).getBytes("UTF-8")));
    } }`,
  );
  const said = execFileSync("java", [source, join(folder, "p")], { encoding: "utf8" });
  const read = said
    .trim()
    .split("\n")
    .map((line) => Buffer.from(line, "base64").toString());
  expect(read).toEqual(HARD);
});
