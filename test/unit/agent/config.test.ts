import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { parse } from "yaml";
import { AGENT_CONFIG, loadAgentConfig } from "../../../src/agent/config.ts";
import { MillwrightError } from "../../../src/base/errors/millwright-error.ts";

function configFile(text: string): string {
  const folder = mkdtempSync(join(tmpdir(), "millwright-config-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, "agent.config.yaml");
  writeFileSync(file, text);
  return file;
}

function reasonsOf(text: string): string[] {
  const file = configFile(text);
  try {
    loadAgentConfig(file, {});
  } catch (error) {
    expect(error).toBeInstanceOf(MillwrightError);
    const { code, why } = (error as MillwrightError).failure;
    expect(code).toBe("CONFIG_INVALID");
    return why.split("\n").map((line) => line.replace(file, "FILE"));
  }
  throw new Error("the configuration was taken");
}

test("the example is valid, and holds every key with its default", () => {
  const text = readFileSync("agent.config.example.yaml", "utf8");
  expect(AGENT_CONFIG.parse(parse(text))).toEqual(AGENT_CONFIG.parse({}));
  const paths = (value: unknown, at = ""): string[] =>
    value !== null && typeof value === "object" && !Array.isArray(value)
      ? Object.entries(value).flatMap(([key, inner]) => [`${at}${key}`, ...paths(inner, `${at}${key}.`)])
      : [];
  expect(paths(parse(text)).sort()).toEqual(paths(AGENT_CONFIG.parse({})).sort());
});

test("an unknown key is cited with line and column, and with the key that was meant", () => {
  expect(reasonsOf("slots: 2\ncontroler:\n  address: a:1\n")).toEqual([
    "FILE:2:1: unknown key controler. Did you mean controller?",
  ]);
  expect(reasonsOf("job:\n  timeout: 1h\n  silense: 3m\n")).toEqual([
    "FILE:3:3: unknown key job.silense. Did you mean silence?",
  ]);
});

test("every wrong value is cited with what was expected", () => {
  expect(
    reasonsOf('slots: many\njob:\n  timeout: "soon"\ndisk: { minFree: 5 }\ncontroller:\n  address: nowhere\n'),
  ).toEqual([
    "FILE:5:3: controller.address: expected HOST:PORT".replace(":5:3", ":6:3"),
    "FILE:1:1: slots: expected a whole number",
    'FILE:3:3: job.timeout: expected a duration such as 30s, 10m or 2h, not "soon"',
    "FILE:4:9: disk.minFree: expected a size such as 512MiB or 10GiB",
  ]);
});

test("broken YAML is cited with its place", () => {
  expect(reasonsOf("slots: [1\nname: x\n")[0]).toMatch(/^FILE:\d+:\d+: /);
});

test("a missing file is told apart from a broken one", () => {
  expect(() => loadAgentConfig("/nowhere/agent.yaml", {})).toThrow(/CONFIG_FILE_UNREADABLE/);
});

test("folders of Xcodes, and a preferred one by its path, are those of the file's folder", () => {
  const file = configFile("xcode:\n  folders: [/Applications, mine]\n  preferred: mine/Xcode.app\n");
  const folder = dirname(file);
  const { xcode } = loadAgentConfig(file, {});
  expect(xcode).toEqual({
    folders: ["/Applications", join(folder, "mine")],
    preferred: join(folder, "mine/Xcode.app"),
  });
  expect(loadAgentConfig(configFile("xcode:\n  preferred: 26.0.1\n"), {}).xcode.preferred).toBe("26.0.1");
});

test("builds see the environment file, and nothing of the agent's own environment but the usual names", () => {
  const file = configFile("environmentFile: kit.env\nenvironment:\n  EXTRA: yes please\n");
  writeFileSync(
    join(file, "..", "kit.env"),
    "# a kit\nANDROID_HOME=/sdk\nPATH=/kit/bin:${PATH}\nTOOL=${ANDROID_HOME}/t\n",
  );
  const config = loadAgentConfig(file, { PATH: "/usr/bin", AWS_SECRET_ACCESS_KEY: "no", TZ: "UTC" });
  expect(config.buildEnvironment).toEqual({
    LANG: "en_US.UTF-8",
    PATH: "/kit/bin:/usr/bin",
    TZ: "UTC",
    ANDROID_HOME: "/sdk",
    TOOL: "/sdk/t",
    EXTRA: "yes please",
  });
  writeFileSync(join(file, "..", "kit.env"), "A=1\nnot a line\n");
  expect(() => loadAgentConfig(file, {})).toThrow(/CONFIG_INVALID/);
});
