import { chmodSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { eventually } from "../../support/eventually.ts";
import { runCli, temporaryFolder } from "./run-cli.ts";

const MILLWRIGHT_URL = "http://builds.example.com/ci/";

test("the page of a build is opened by the system's own program, and its address is printed where there is none", async () => {
  const folder = temporaryFolder();
  const opener = process.platform === "darwin" ? "open" : "xdg-open";
  writeFileSync(join(folder, opener), `#!/bin/sh\nprintf %s "$1" > "${folder}/opened"\n`);
  chmodSync(join(folder, opener), 0o755);
  const environment = { MILLWRIGHT_URL, DISPLAY: ":0", PATH: `${folder}:${process.env["PATH"]}` };
  const opened = await runCli(["open", "12"], { folder, environment });
  expect(opened).toEqual({ exitCode: 0, stdout: "", stderr: "Opened http://builds.example.com/ci/builds/12\n" });
  await eventually("it was called", () => readFileSync(join(folder, "opened"), "utf8").endsWith("/ci/builds/12"));
  const printed = await runCli(["open", "agents", "--print"], { environment });
  expect(printed).toEqual({ exitCode: 0, stdout: "http://builds.example.com/ci/agents\n", stderr: "" });
  const overSsh = await runCli(["open"], { environment: { ...environment, SSH_CONNECTION: "a 1 b 22" } });
  expect(overSsh.stdout).toBe("http://builds.example.com/ci/builds\n");
  const json = await runCli(["open", "settings", "--json", "--print"], { environment });
  expect(JSON.parse(json.stdout)).toEqual({ url: "http://builds.example.com/ci/settings", opened: false });
  for (const [page, text] of [
    ["agent", "Did you mean agents?"],
    ["0", "whole number from 1"],
  ] as const) {
    const { exitCode, stderr } = await runCli(["open", page], { environment });
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining(text)]);
  }
});
