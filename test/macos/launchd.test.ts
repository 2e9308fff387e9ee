import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { build, type PlistValue } from "plist";
import { expect } from "vitest";
import type { TrialAnswer } from "../../src/protocol/apple-host/signing-trial.ts";
import { eventually } from "../support/eventually.ts";
import { type MacHost, macTest } from "./mac-test.ts";

const LABEL = "dev.millwright.test";

/** A property list for a session without a screen, which every user has. */
function backgroundPlist(host: MacHost, change: Record<string, PlistValue>): string {
  const file = join(host.folder, "test.plist");
  const plist = { Label: LABEL, LimitLoadToSessionType: "Background", ProgramArguments: ["/bin/sleep", "60"] };
  writeFileSync(file, build({ ...plist, ...change }), { mode: 0o644 });
  return file;
}

macTest("The property lists are what plutil takes for valid", async (host) => {
  for (const name of ["LaunchAgent.plist", "LaunchDaemon.plist"]) {
    expect((await host.tool("plutil", ["-lint", resolve("macos", name)])).stdout).toContain("OK");
  }
});

macTest("launchctl refuses what it is known to refuse, with the same exit codes", async (host) => {
  const domain = `user/${host.uid}`;
  const file = backgroundPlist(host, { RunAtLoad: true });
  const codes: Record<string, number | undefined> = {};
  const ask = async (name: string, ...words: string[]) => {
    const { code, stderr } = await host.tool("launchctl", words);
    await host.tell(`${words.join(" ")}: ${code} ${stderr.trim()}`);
    codes[name] = code;
  };
  try {
    await ask("bootout of nothing", "bootout", `${domain}/${LABEL}`);
    await ask("print of nothing", "print", `${domain}/${LABEL}`);
    await ask("bootstrap", "bootstrap", domain, file);
    await ask("bootstrap again", "bootstrap", domain, file);
    await ask("print", "print", `${domain}/${LABEL}`);
  } finally {
    await ask("bootout", "bootout", `${domain}/${LABEL}`);
  }
  expect(codes).toEqual({
    "bootout of nothing": 3,
    "print of nothing": 113,
    bootstrap: 0,
    "bootstrap again": 5,
    print: 0,
    bootout: 0,
  });
});

macTest("Where nobody is logged in at the screen there is no domain for LaunchAgents", async (host) => {
  const { code, stderr } = await host.tool("launchctl", ["print", "gui/99999"]);
  await host.tell(`${code} ${stderr.trim()}`);
  expect(code).not.toBe(0);
});

macTest(
  "A service without a screen signs like one with it, or it is told why not",
  async (host) => {
    const work = join(host.folder, "trial");
    mkdirSync(work);
    const order = { home: host.home, folder: work, environment: host.environment, patienceMs: 60_000 };
    writeFileSync(join(host.folder, "order.json"), JSON.stringify(order), { mode: 0o600 });
    const answer = join(host.folder, "answer.json");
    const domain = `user/${host.uid}`;
    const plist = backgroundPlist(host, {
      RunAtLoad: true,
      ProgramArguments: [process.execPath, resolve("dist/build/doctor/main.js")],
      StandardInPath: join(host.folder, "order.json"),
      StandardOutPath: answer,
      StandardErrorPath: join(host.folder, "errors.txt"),
    });
    try {
      expect((await host.tool("launchctl", ["bootstrap", domain, plist])).code).toBe(0);
      const done = () => existsSync(answer) && readFileSync(answer, "utf8").endsWith("\n");
      await eventually("the service has tried to sign", done, 90_000);
    } finally {
      await host.tool("launchctl", ["bootout", `${domain}/${LABEL}`]);
    }
    const said = JSON.parse(readFileSync(answer, "utf8")) as TrialAnswer;
    const failure = said.signed ? undefined : said.failure;
    await host.tell(failure ? `it can't sign: ${failure.why}` : "it signs");
    // Both happens on Macs; what must not happen is a service that waits for a dialog.
    if (failure) expect(failure.why).not.toContain("dialog");
  },
  { realOnly: "the launchctl of the faked Mac starts nothing" },
);
