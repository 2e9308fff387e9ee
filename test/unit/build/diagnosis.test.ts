import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { CATALOGUE, type ErrorCode } from "../../../src/base/errors/catalogue.ts";
import { KNOWN_FAILURES } from "../../../src/base/errors/catalogue-known-failures.ts";
import { failureOf } from "../../../src/base/errors/millwright-error.ts";
import { type Diagnosis, diagnose } from "../../../src/build/diagnosis/diagnose.ts";
import type { FailedCommand } from "../../../src/build/diagnosis/rule.ts";
import { RULES } from "../../../src/build/diagnosis/rules.ts";

const FOLDER = "test/fixtures/logs";
const SAMPLES = logs(FOLDER).map((name) => ({ name, code: name.replace(/-\d+\.log$/, "") }));

function logs(folder: string): string[] {
  return readdirSync(folder).filter((name) => name.endsWith(".log"));
}

function linesOf(name: string): string[] {
  const text = readFileSync(join(FOLDER, name), "utf8");
  return text.split("\n").filter((line) => line.trim() !== "");
}

/** The steps and platforms in which a code may be found, with what the command would have been. */
function commandsFor(code: string): FailedCommand[] {
  const rules = RULES.filter((rule) => rule.code === code);
  const found = new Map<string, FailedCommand>();
  for (const { steps, platform = "android" } of rules) {
    for (const step of steps) {
      const exit = code === "BUILD_TOOL_NOT_INSTALLED" ? "exit code 127" : "exit code 1";
      const appIsModule = code === "APP_IS_ES_MODULE";
      found.set(`${step} ${platform}`, { step, platform, command: "npm ci", exit, appIsModule });
    }
  }
  return [...found.values()];
}

function found(name: string, code: string): (Diagnosis | undefined)[] {
  return commandsFor(code).map((command) => diagnose(linesOf(name), command));
}

describe("What other tools print", () => {
  test.each(SAMPLES)(
    "$name is found as just that, at each of its steps, and its texts are filled",
    ({ name, code }) => {
      const diagnoses = found(name, code);
      expect(diagnoses.map((each) => each?.code)).toContain(code);
      for (const diagnosis of diagnoses) {
        expect(diagnosis?.code).toBe(code);
        const { values, lines } = diagnosis as Diagnosis;
        const entry = CATALOGUE[code as ErrorCode];
        for (const [, key] of `${entry.what}${entry.why}${entry.next}`.matchAll(/\{(\w+)\}/g)) {
          expect(String(values[key as string] ?? "").trim(), `{${key}} of ${code}`).not.toBe("");
        }
        const failure = failureOf(code as ErrorCode, values, lines.join("\n"));
        expect(`${failure.what}\n${failure.why}\n${failure.next}`).not.toMatch(/\{\w+\}|undefined|\s\s/);
        expect(lines.length).toBeGreaterThan(0);
      }
    },
  );

  test("every rule has a sample, every sample a rule, and every explanation a rule", () => {
    const sampled = new Set(SAMPLES.map(({ code }) => code));
    expect(RULES.filter(({ code }) => !sampled.has(code)).map(({ code }) => code)).toEqual([]);
    const ruled = new Set<string>(RULES.map(({ code }) => code));
    expect([...sampled].filter((code) => !ruled.has(code))).toEqual([]);
    expect(Object.keys(KNOWN_FAILURES).filter((code) => !ruled.has(code))).toEqual([]);
    // Each of a code's rules has one of its own.
    for (const rule of RULES) {
      const mine = SAMPLES.filter(({ code }) => code === rule.code).some(({ name }) =>
        linesOf(name).some((line) => [rule.pattern].flat().some((pattern) => pattern.test(line))),
      );
      expect(mine, `${rule.code} ${String(rule.pattern)}`).toBe(true);
    }
  });

  test.each(logs(join(FOLDER, "harmless")))("%s is no failure, whatever step printed it", (name) => {
    for (const platform of ["android", "ios"] as const) {
      for (const step of ["install", "web-build", "platform", "compile"] as const) {
        const command = { step, platform, command: "npm ci", exit: "exit code 1", appIsModule: false };
        expect(diagnose(linesOf(join("harmless", name)), command)?.code, step).toBeUndefined();
      }
    }
  });

  test("the README names every sample and where it is from", () => {
    const readme = readFileSync(join(FOLDER, "README.md"), "utf8");
    const named = [...readme.matchAll(/^\| (\S+\.log) \| ((?:provoked|quoted|put together).*) \|$/gm)].map(
      ([, file]) => file,
    );
    const there = [...logs(FOLDER), ...logs(join(FOLDER, "harmless")).map((name) => `harmless/${name}`)];
    expect(named.sort()).toEqual(there.sort());
  });

  test("no pattern takes long on a hostile line", () => {
    const hostile = [
      "a".repeat(2000),
      " ".repeat(2000),
      "/x".repeat(1000),
      "error: ".repeat(280),
      "npm error ".repeat(200),
    ];
    const startedAt = performance.now();
    for (const line of hostile) {
      for (const rule of RULES) for (const pattern of [rule.pattern].flat()) pattern.test(line);
    }
    expect(performance.now() - startedAt).toBeLessThan(2000);
  });
});

const GRADLE: FailedCommand = {
  step: "compile",
  platform: "android",
  command: "cordova build android",
  exit: "exit code 1",
  appIsModule: false,
};

test("a cause is found however much is printed after it, and the special goes before the general", () => {
  const after = Array.from({ length: 20_000 }, (_, index) => `:app:task${index} UP-TO-DATE`);
  const early = ["> Java heap space", ...after, "/w/A.java:3: error: cannot find symbol"];
  expect(diagnose(early, GRADLE)?.code).toBe("JAVA_HEAP_EXHAUSTED");
  const late = ["/w/A.java:3: error: cannot find symbol", ...after, "> Java heap space"];
  expect(diagnose(late, GRADLE)?.code).toBe("JAVA_HEAP_EXHAUSTED");
});

test("facts are read out of the lines: the JDK of a class file, the place of an error, the two sides of a conflict", () => {
  const values = (name: string, code: string) => found(name, code)[0]?.values;
  expect(values("JDK_TOO_NEW-1.log", "JDK_TOO_NEW")).toMatchObject({ jdk: "20" });
  expect(values("JAVA_ERROR-1.log", "JAVA_ERROR")?.["place"]).toMatch(/MainActivity\.java:31$/);
  expect(values("DEPENDENCY_CONFLICT-1.log", "DEPENDENCY_CONFLICT")).toEqual({
    package: "ui-grid@3.1.0",
    peer: 'ui-core@"^1.0.0"',
    found: "ui-core@2.0.0",
  });
  expect(values("PLUGIN_ENGINE_UNSUITABLE-1.log", "PLUGIN_ENGINE_UNSUITABLE")).toEqual({
    plugin: "newengine",
    engine: "cordova-android",
    version: "8.1.0",
    wanted: ">=12.0.0",
  });
  expect(values("MIN_SDK_TOO_LOW-1.log", "MIN_SDK_TOO_LOW")).toEqual({
    library: ":CordovaLib",
    given: "14",
    needed: "19",
  });
  expect(values("PLUGIN_VARIABLE_MISSING-1.log", "PLUGIN_VARIABLE_MISSING")).toEqual({
    plugin: "needvar",
    variables: "API_KEY",
  });
});

test("a missing tool that a script got over is not taken for the cause", () => {
  const command: FailedCommand = { ...GRADLE, step: "web-build", exit: "exit code 1" };
  expect(diagnose(["sh: 1: husky: not found"], command)).toBeUndefined();
  expect(diagnose(["sh: 1: ng: not found"], { ...command, exit: "exit code 127" })?.code).toBe(
    "BUILD_TOOL_NOT_INSTALLED",
  );
});

test("A command that was killed from outside is known by the way it ended", () => {
  const ended = (exit: string) => diagnose(["> Task :app:mergeDexRelease"], { ...GRADLE, exit });
  expect(ended("signal SIGKILL")?.code).toBe("MEMORY_KILLED");
  expect(ended("exit code 137")?.code).toBe("MEMORY_KILLED");
  expect(ended("exit code 1")).toBeUndefined();
});

test("A failed install script of the app itself is no package's", () => {
  const own = ["npm error code 1", "npm error path /build/app", "npm error command sh -c node setup.js"];
  expect(diagnose(own, { ...GRADLE, step: "install" })).toBeUndefined();
});
