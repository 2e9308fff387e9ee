import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { bashScript } from "../../../src/cli/reference/bash-completion.ts";
import { completedCommands } from "../../../src/cli/reference/completed-commands.ts";
import { fishScript } from "../../../src/cli/reference/fish-completion.ts";
import { zshScript } from "../../../src/cli/reference/zsh-completion.ts";
import { programToRead } from "../../support/program.ts";
import { toolTest } from "../../support/tool-test.ts";

const COMMANDS = completedCommands(programToRead());

function scriptFile(script: string): string {
  const folder = mkdtempSync(join(tmpdir(), "millwright-completion-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(join(folder, "script"), script);
  return join(folder, "script");
}

/** What bash offers behind these words, the last of which is the one that is being typed. */
function completer(): (...words: string[]) => string[] {
  const folder = dirname(scriptFile(bashScript(COMMANDS)));
  writeFileSync(join(folder, "play store.jks"), "");
  const run = `source ./script; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _millwright; printf '%s\\n' "\${COMPREPLY[@]}"`;
  return (...words) =>
    execFileSync("bash", ["--norc", "-uc", run, "bash", "millwright", ...words], { cwd: folder, encoding: "utf8" })
      .split("\n")
      .filter((word) => word !== "");
}

test("bash completes commands, options, and what they take, at each place of the command line", () => {
  const complete = completer();
  expect(complete("bui")).toEqual(["builds"]);
  expect(complete("agents", "re")).toEqual(["resume", "revoke"]);
  expect(complete("agents", "drain", "mini-2", "--w")).toEqual(["--wait"]);
  expect(complete("builds", "--status", "")).toContain("success");
  expect(complete("builds", "list", "--status", "fa")).toEqual(["failed"]);
  expect(complete("builds", "--status", "=", "fa")).toEqual(["failed"]);
  expect(complete("package", "build", "")).toEqual(["android", "ios"]);
  expect(complete("package", "build", "--app", "shop", "android", "re")).toEqual(["release"]);
  expect(complete("package", "build", "android", "--detach", "re")).toEqual(["release"]);
  expect(complete("accounts", "members", "add", "shop", "anna@example.com", "--role", "v")).toEqual(["viewer"]);
  expect(complete("profiles", "add", "play", "--keystore", "pl")).toEqual(["play store.jks"]);
  expect(complete("completion", "")).toEqual(["bash", "zsh", "fish"]);
  expect(complete("frobnicate", "")).toEqual([]);
  expect(complete("logs", "1", "")).toEqual([]);
});

toolTest(["zsh"], "zsh reads its script", () => {
  execFileSync("zsh", ["-f", "-n", scriptFile(zshScript(COMMANDS))]);
});

toolTest(["fish"], "fish completes commands, options, and what they take", () => {
  const file = scriptFile(fishScript(COMMANDS));
  const complete = (line: string) => {
    const said = execFileSync("fish", ["--no-config", "-c", `source ${file}; complete -C '${line}'`], {
      encoding: "utf8",
    });
    return said.split("\n").flatMap((offer) => (offer === "" ? [] : [offer.split("\t")[0]]));
  };
  expect(complete("millwright bui")).toEqual(["builds"]);
  expect(complete("millwright agents drain mini-2 --w")).toEqual(["--wait"]);
  expect(complete("millwright package build ")).toEqual(["android", "ios"]);
});

test("the scripts for zsh and fish name every command, and quote what people may write", () => {
  const odd = [
    { path: "", commands: [{ name: "odd", does: "it's a:b $(x) `y`" }], options: [], arguments: [] },
    { path: "odd", commands: [], options: [{ flags: ["--what"], does: "it's" }], arguments: [] },
  ];
  expect(zshScript(odd)).toContain("offered=('odd:it'\\''s a:b $(x) `y`'); _describe command offered");
  expect(fishScript(odd)).toContain("-a 'odd' -d 'it\\'s a:b $(x) `y`'");
  for (const script of [zshScript(COMMANDS), fishScript(COMMANDS)])
    for (const { path } of COMMANDS) if (path !== "") expect(script).toContain(`'${path}'`);
});
