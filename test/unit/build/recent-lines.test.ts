import { expect, test } from "vitest";
import { RecentLines } from "../../../src/build/job/recent-lines.ts";

function linesOf(text: string): RecentLines {
  const recent = new RecentLines();
  // In small pieces, as a pipe may hand them out.
  for (let at = 0; at < text.length; at += 7) recent.push(Buffer.from(text.slice(at, at + 7)));
  return recent;
}

test("The reasons of Gradle, javac and npm stand out, their advice doesn't", () => {
  const gradle = linesOf(`:app:compileDebugJavaWithJavac
/w/MainActivity.java:25: error: incompatible types
        return "no";
1 error
FAILURE: Build failed with an exception.
* What went wrong:
Execution failed for task ':app:compileDebugJavaWithJavac'.
> Compilation failed; see the compiler error output for details.
* Try:
Run with --stacktrace option to get the stack trace. Run with --info or --debug option to get more log output.
BUILD FAILED in 9s
`);
  const telling = gradle.telling();
  expect(telling).toContain("/w/MainActivity.java:25: error: incompatible types");
  expect(telling).toContain("> Compilation failed; see the compiler error output for details.");
  expect(telling.join("\n")).not.toMatch(/stacktrace|BUILD FAILED in/);
  const npm = linesOf(
    "> app@1.0.0 build\n> node build.mjs\n\nError: no entry\nnpm error A complete log of this run: x\n",
  );
  expect(npm.telling()).toEqual(["Error: no entry"]);
});

test("Where nothing stands out, the last lines are told, without colours", () => {
  expect(linesOf("one\ntwo\n\u001b[31mthree\u001b[0m").telling(2)).toEqual(["two", "three"]);
});

test("It keeps no more than the end", () => {
  const recent = linesOf(Array.from({ length: 1000 }, (_, index) => `line ${index}`).join("\n"));
  expect(recent.all().length).toBeLessThanOrEqual(401);
  expect(recent.all().at(-1)).toBe("line 999");
});
