import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { expect, test } from "vitest";
import { manualPage } from "../../../src/cli/reference/manual-page.ts";
import { programToRead } from "../../support/program.ts";

const PAGE = manualPage(programToRead());

test("the manual page has every command with its options, and no line that roff would take for a request", () => {
  for (const text of [
    ".SS millwright package build",
    ".SS millwright agents drain",
    ".SS millwright accounts members add",
  ])
    expect(PAGE).toContain(`\n${text}`);
  expect(PAGE).toContain("\n.B \\-\\-reason <text>\n");
  for (const line of PAGE.split("\n")) expect(line).toMatch(/^(?:\.(?:TH|SH|SS|TP|PP|B|I|nf|fi|RS|RE)\b|[^.'])|^$/);
});

test("man's own formatter takes it without a warning and shows the options as they are typed", ({ skip }) => {
  skip(!existsSync("/usr/bin/groff"), "groff is not installed");
  const [shown, warnings] = ["2>/dev/null", "2>&1 >/dev/null"].map((where) =>
    execFileSync("sh", ["-c", `groff -ww -man -Tascii -P-cbou ${where}`], { input: PAGE, encoding: "utf8" }),
  );
  expect(shown).toMatch(/millwright agents drain <agent>\n/);
  expect(shown).toContain("--target-platform <name>");
  expect(shown).toContain("~/.config/millwright/config.yaml");
  expect(warnings).toBe("");
});
