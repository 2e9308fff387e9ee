import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";
import { changeLaunchd } from "../../fakes/apple/launchctl/launchd.ts";
import { launchdHost, readPlist } from "./launchd-kit.ts";

const AGENT = "gui/501/dev.millwright.agent";
const DAEMON = "system/dev.millwright.agent";

test("A LaunchAgent is installed, replaced by a second call, and removed with all that was made", async () => {
  const { script, launchctl, config, agentPlist, logs, mac, workFolder } = launchdHost();
  const first = await script("install.sh", ["--agent", "--config", config]);
  expect(first).toMatchObject({ code: 0, stderr: "" });
  expect(first.stdout).toContain(`Installed ${AGENT}, which runs as builder.`);
  expect((await launchctl(["print", AGENT])).stdout).toContain("state = running");
  const plist = readPlist(agentPlist);
  const main = resolve("dist/cli/main.js");
  expect(plist["ProgramArguments"]).toEqual([expect.stringMatching(/\/node$/), main, "agent", "--config", config]);
  expect(plist).toMatchObject({ AbandonProcessGroup: true, KeepAlive: true, Umask: 0o77, ExitTimeOut: 30 });
  expect(plist).toMatchObject({
    SoftResourceLimits: { NumberOfFiles: 65536, Core: 0 },
    LimitLoadToSessionType: "Aqua",
  });
  expect(plist["EnvironmentVariables"]).toMatchObject({
    LANG: "en_US.UTF-8",
    PATH: expect.stringContaining("/opt/homebrew/bin:"),
  });
  expect(readFileSync(agentPlist, "utf8").replace(/<!--[\s\S]*?-->/g, "")).not.toMatch(/@[A-Z]+@/);
  expect(statSync(agentPlist).mode & 0o777).toBe(0o644);

  changeLaunchd(mac, (launchd) => {
    launchd.settling = 2;
  });
  const second = await script("install.sh", ["--agent", "--config", config, "--path", "/opt/other/bin:/usr/bin"]);
  expect(second).toMatchObject({ code: 0, stderr: "" });
  expect(readPlist(agentPlist)["EnvironmentVariables"]).toMatchObject({ PATH: "/opt/other/bin:/usr/bin" });
  expect((await launchctl(["print", AGENT])).code).toBe(0);

  mkdirSync(workFolder);
  const gone = await script("uninstall.sh", ["--agent"]);
  expect(gone).toMatchObject({ code: 0, stderr: "" });
  expect(gone.stdout).toContain(`The work folder stays: ${workFolder}`);
  expect((await launchctl(["print", AGENT])).code).toBe(113);
  expect([agentPlist, logs].filter((each) => existsSync(each))).toEqual([]);
  expect(existsSync(workFolder)).toBe(true);
  const again = await script("uninstall.sh", ["--agent"]);
  expect(again).toMatchObject({ code: 0, stdout: "No agent dev.millwright.agent is installed for builder.\n" });
});

test("A LaunchDaemon runs as a user of its own, never as root, and in a session of its own", async () => {
  const { script, launchctl, config, daemonPlist, mac } = launchdHost();
  const words = ["--daemon", "--config", config];
  expect((await script("install.sh", words, 0)).stderr).toContain("--daemon needs --user NAME");
  expect((await script("install.sh", [...words, "--user", "root"], 0)).stderr).toContain("must not run as root");
  expect((await script("install.sh", [...words, "--user", "builder"])).stderr).toContain("Run: sudo macos/install.sh");
  expect((await script("install.sh", [...words, "--user", "nobody-here"], 0)).stderr).toContain("There is no user");
  expect(existsSync(daemonPlist)).toBe(false);
  const installed = await script("install.sh", [...words, "--user", "builder"], 0);
  expect(installed).toMatchObject({ code: 0, stderr: "" });
  const plist = readPlist(daemonPlist);
  expect(plist).toMatchObject({ UserName: "builder", SessionCreate: true, AbandonProcessGroup: true });
  expect(plist["EnvironmentVariables"]).toMatchObject({ HOME: mac.home, USER: "builder" });
  expect(readFileSync(join(mac.root, "chown"), "utf8")).toContain(`0:0 ${daemonPlist}`);
  expect((await launchctl(["print", DAEMON], 0)).stdout).toContain("state = running");
  const other = await script("install.sh", ["--agent", "--config", config]);
  expect(other.code).toBe(1);
  expect(other.stderr).toContain("The other form is installed");
  expect((await script("uninstall.sh", ["--daemon"], 0)).code).toBe(0);
  expect((await launchctl(["print", DAEMON], 0)).code).toBe(113);
  expect((await script("uninstall.sh", ["--daemon"], 0)).stdout).toBe(
    "No LaunchDaemon dev.millwright.agent is installed.\n",
  );
});

test("What can't work is refused before anything is changed, each with what to do", async () => {
  const { script, config, agentPlist, mac, root } = launchdHost();
  const install = (...words: string[]) => script("install.sh", ["--agent", "--config", config, ...words]);
  const refusals: [Promise<{ code: number | null; stderr: string }>, number, RegExp][] = [
    [script("install.sh", ["--config", config]), 2, /Say --agent or --daemon\./],
    [script("install.sh", ["--agent"]), 2, /--config FILE is needed/],
    [script("install.sh", ["--agent", "--config"]), 2, /--config needs a value/],
    [install("--daemon"), 2, /exclude each other/],
    [install("--colour"), 2, /There is no option --colour/],
    [
      script("install.sh", ["--agent", "--config", "/nowhere"]),
      1,
      /can't be read[\s\S]*Next: Copy agent\.config\.example/,
    ],
    [install("--node", "/nowhere/node"), 1, /There is no node at \/nowhere\/node[\s\S]*Next: brew install node/],
    [install("--prefix", root), 1, /dist\/cli\/main\.js[\s\S]*Next: Build Millwright first/],
    [script("install.sh", ["--agent", "--config", config], 0), 1, /must not run as root/],
    [
      script("install.sh", ["--agent", "--config", config, "--user", "builder"], 502),
      1,
      /Run it as builder, without sudo/,
    ],
  ];
  for (const [refusal, code, text] of refusals) {
    const { stderr, code: ended } = await refusal;
    expect(stderr).toMatch(text);
    expect(ended).toBe(code);
  }
  changeLaunchd(mac, (launchd) => {
    launchd.guiSessions = [];
  });
  const { stderr } = await install();
  expect(stderr).toMatch(/Nobody is logged in at the screen as builder[\s\S]*Could not find domain for user gui: 501/);
  expect(stderr).toMatch(/Next: Log in at the screen[\s\S]*or take --daemon/);
  expect(existsSync(agentPlist)).toBe(false);
});

test("A Node that is too old, a system that is no Mac, and a label that launchd never lets go are refused", async () => {
  const { script, config, mac } = launchdHost();
  const old = join(mac.root, "node");
  writeFileSync(old, "#!/bin/sh\necho 18.20.4\n", { mode: 0o755 });
  const aged = await script("install.sh", ["--agent", "--config", config, "--node", old]);
  expect(aged.stderr).toContain("needs 20.19 or later");
  changeLaunchd(mac, (launchd) => {
    launchd.settling = 100;
    launchd.leaving["gui/501/dev.millwright.agent"] = 100;
  });
  const stuck = await script("install.sh", ["--agent", "--config", config]);
  expect(stuck.code).toBe(1);
  expect(stuck.stderr).toContain("Bootstrap failed: 5: Input/output error");
});

test("--dry-run tells what would be done and does nothing", async () => {
  const { script, config, agentPlist, logs, mac, launchctl } = launchdHost();
  const dry = await script("install.sh", ["--agent", "--config", config, "--dry-run"]);
  expect(dry).toMatchObject({ code: 0, stderr: "" });
  expect(dry.stdout).toContain(`would write ${agentPlist}:`);
  expect(dry.stdout).toContain(`would run: launchctl bootstrap gui/501 ${agentPlist}`);
  expect([agentPlist, logs].filter((each) => existsSync(each))).toEqual([]);
  await script("install.sh", ["--agent", "--config", config]);
  const before = mac.calls().length;
  const undone = await script("uninstall.sh", ["--agent", "--dry-run", "--purge"]);
  expect(undone.stdout).toContain(`would run: launchctl bootout ${AGENT}`);
  expect(
    mac
      .calls()
      .slice(before)
      .filter(({ argv }) => argv[0] === "bootout"),
  ).toEqual([]);
  expect((await launchctl(["print", AGENT])).code).toBe(0);
});

test("Uninstalling waits for nobody's build: while one runs it is refused, and --purge takes only an agent's folder", async () => {
  const { script, config, workFolder, agentPlist } = launchdHost();
  await script("install.sh", ["--agent", "--config", config]);
  const job = join(workFolder, "jobs/l0123456789abcdef");
  mkdirSync(job, { recursive: true });
  writeFileSync(join(job, "spec.json"), "{}");
  const refused = await script("uninstall.sh", ["--agent", "--purge"]);
  expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining("1 build(s) run on this host.") });
  expect(existsSync(agentPlist)).toBe(true);
  writeFileSync(join(job, "result.json"), "{}");
  const strange = await script("uninstall.sh", ["--agent", "--purge"]);
  expect(strange.stdout).toContain("was not made by an agent: it stays.");
  expect(existsSync(job)).toBe(true);
  await script("install.sh", ["--agent", "--config", config]);
  rmSync(join(job, "result.json"));
  writeFileSync(join(workFolder, "machine-id"), "m1");
  expect((await script("uninstall.sh", ["--agent", "--purge", "--now"])).code).toBe(0);
  expect(existsSync(workFolder)).toBe(false);
});
