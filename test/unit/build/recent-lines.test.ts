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

test("The first message of a compiler is told, however many follow from it", () => {
  const follow = Array.from({ length: 50 }, (_, index) => `src/b.ts(${index},1): error TS2304: Cannot find name 'x'.`);
  const tsc = linesOf(`src/a.ts(3,7): error TS2322: Type 'number' is not assignable.\n${follow.join("\n")}\n`);
  expect(tsc.telling()[0]).toContain("src/a.ts(3,7)");
  expect(tsc.reason()).toContain("src/a.ts(3,7)");
  const gradle = linesOf(`/w/A.java:3: error: cannot find symbol
import a.b;
        ^
${Array.from({ length: 30 }, (_, index) => `:app:task${index} FAILED`).join("\n")}
* What went wrong:
Execution failed for task ':app:compileDebugJavaWithJavac'.
> Compilation failed; see the compiler error output for details.
* Try:
Run with --stacktrace option to get the stack trace.
`);
  expect(gradle.telling().slice(0, 2)).toEqual(["/w/A.java:3: error: cannot find symbol", "import a.b;"]);
  expect(gradle.telling()).toContain("> Compilation failed; see the compiler error output for details.");
  expect(gradle.reason()).toBe("/w/A.java:3: error: cannot find symbol");
});

test("Names of packages and counts of nothing don't stand out, and what cordova 12 says instead of the error isn't told", () => {
  expect(
    linesOf("+ error-ex@1.3.2\nFound 0 errors.\nError: no entry\nnpm warn deprecated not found\n").telling(),
  ).toEqual(["Error: no entry"]);
  const hidden = 'TypeError [ERR_INVALID_ARG_TYPE]: The "code" argument must be of type number. Received type string';
  expect(linesOf(`Error: the hook failed\n${hidden}\n`).reason()).toBe("Error: the hook failed");
});
