import { mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { LiveConfig } from "../../../src/agent/config.ts";
import { linuxHost } from "./linux-host.ts";

const AGENT_UNIT = "etc/systemd/system/millwright-agent.service";
const CONTROLLER_UNIT = "etc/systemd/system/millwright-controller.service";

test("an agent is installed with a user, a configuration and a unit, and started once it has joined", async () => {
  const host = linuxHost();
  const first = await host.script("install.sh", ["--agent"]);
  expect(first).toMatchObject({ code: 0, stderr: "" });
  expect(first.stdout).toContain("millwright agent join INVITATION --config /etc/millwright/agent.yaml");
  expect(host.calls().filter((call) => call.startsWith("useradd"))).toEqual([
    expect.stringMatching(/--system --user-group .*--shell \/usr\/sbin\/nologin millwright$/),
  ]);
  expect(host.calls().filter((call) => call.startsWith("systemctl"))).toEqual([
    "systemctl daemon-reload",
    "systemctl enable millwright-agent",
  ]);
  const program = `${join(host.prefix, "dist/cli/main.js")}`;
  expect(host.file(AGENT_UNIT)).toContain(`ExecStart=${join(host.bin, "node")} ${program} agent --config /etc/`);
  expect(host.file(AGENT_UNIT)).not.toContain("/usr/lib/millwright");
  expect(statSync(join(host.root, "etc/millwright")).mode & 0o777).toBe(0o770);
  expect(statSync(join(host.root, "etc/millwright/agent.yaml")).mode & 0o777).toBe(0o640);
  const { current } = new LiveConfig(join(host.root, "etc/millwright/agent.yaml"), {});
  expect(current.workFolder).toBe("/var/lib/millwright/agent");

  const joined = "controller:\n  keyFile: agent.key\nworkFolder: /var/lib/millwright/agent\n";
  writeFileSync(join(host.root, "etc/millwright/agent.yaml"), joined);
  mkdirSync(join(host.root, "var/lib/millwright/agent/mirrors"), { recursive: true });
  const again = await host.script("install.sh", ["--agent"]);
  expect(again).toMatchObject({ code: 0, stderr: "" });
  expect(host.file("etc/millwright/agent.yaml")).toBe(joined);
  expect(host.has("var/lib/millwright/agent/mirrors")).toBe(true);
  expect(host.calls().filter((call) => call.startsWith("useradd")).length).toBe(1);
  expect(host.calls().at(-1)).toBe("systemctl restart millwright-agent");
});

test("a controller is installed beside an agent, and each is removed alone; data goes only with --purge", async () => {
  const host = linuxHost();
  await host.script("install.sh", ["--agent"]);
  const controller = await host.script("install.sh", ["--controller"]);
  expect(controller).toMatchObject({ code: 0, stderr: "" });
  expect(host.calls().at(-1)).toBe("systemctl restart millwright-controller");
  expect(host.file("etc/millwright/controller.env")).toContain("MILLWRIGHT_CONTROLLER_OPTIONS=--http 127.0.0.1:8080");
  const store = join(host.root, "var/lib/millwright/controller");
  mkdirSync(store, { recursive: true });
  writeFileSync(join(store, "millwright.db"), "builds");

  const gone = await host.script("uninstall.sh", ["--controller"]);
  expect(gone).toMatchObject({ code: 0, stderr: "" });
  expect(host.has(CONTROLLER_UNIT)).toBe(false);
  expect(host.calls()).toContain("systemctl disable --now millwright-controller");
  expect(host.has("var/lib/millwright/controller/millwright.db")).toBe(true);
  expect(host.has("etc/millwright/controller.env")).toBe(true);
  expect(host.has(AGENT_UNIT)).toBe(true);
  const twice = await host.script("uninstall.sh", ["--controller"]);
  expect(twice).toMatchObject({ code: 0, stdout: "No millwright-controller is installed here.\n" });

  expect((await host.script("uninstall.sh", ["--controller", "--purge"])).code).toBe(0);
  expect(host.has("var/lib/millwright/controller")).toBe(false);
  expect(host.has("etc/millwright/agent.yaml")).toBe(true);
  expect(host.calls().some((call) => call.startsWith("userdel"))).toBe(false);
  expect((await host.script("uninstall.sh", ["--agent", "--purge"])).code).toBe(0);
  expect([host.has("etc/millwright"), host.has("var/lib/millwright")]).toEqual([false, false]);
  expect(host.calls().at(-1)).toBe("userdel millwright");
});

test("an agent isn't taken away from under its builds, unless they may be lost", async () => {
  const host = linuxHost();
  await host.script("install.sh", ["--agent"]);
  const job = join(host.root, "var/lib/millwright/agent/jobs/l0123456789abcdef");
  mkdirSync(job, { recursive: true });
  writeFileSync(join(job, "spec.json"), "{}");
  const refused = await host.script("uninstall.sh", ["--agent"]);
  expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining("1 build(s) run on this host.") });
  expect(host.has(AGENT_UNIT)).toBe(true);
  const upgraded = await host.script("install.sh", ["--agent", "--no-start"]);
  expect(upgraded.code).toBe(0);
  expect((await host.script("uninstall.sh", ["--agent", "--now"])).code).toBe(0);
  expect(host.calls()).toContain("systemctl kill --signal=SIGTERM millwright-agent");
  expect(host.has("var/lib/millwright/agent/jobs/l0123456789abcdef/spec.json")).toBe(true);
});

test("what can't work is refused before anything is changed, each with what to do", async () => {
  const host = linuxHost();
  writeFileSync(join(host.bin, "old-node"), "#!/bin/sh\necho 18.20.4\n", { mode: 0o755 });
  const install = (...words: string[]) => host.script("install.sh", ["--agent", ...words]);
  const refusals: [ReturnType<typeof install>, number, RegExp][] = [
    [host.script("install.sh", []), 2, /Say --agent or --controller\./],
    [install("--controller"), 2, /one at a time/],
    [install("--colour"), 2, /There is no option --colour/],
    [install("--prefix"), 2, /--prefix needs a value/],
    [install("--node", "/nowhere/node"), 1, /There is no node at \/nowhere\/node[\s\S]*Next: Install Node 20\.19/],
    [install("--node", join(host.bin, "old-node")), 1, /Node 18\.20\.4 .* is too old/],
    [install("--prefix", host.root), 1, /dist\/cli\/main\.js[\s\S]*Next: Build Millwright first/],
    [install("--prefix", "/root/millwright"), 1, /in a home folder, which the service can't see[\s\S]*Next: Put it/],
    [host.script("install.sh", ["--agent"], 1000), 1, /installed by root[\s\S]*Next: Run: sudo/],
  ];
  for (const [refusal, code, text] of refusals) {
    const { stderr, code: ended } = await refusal;
    expect(stderr).toMatch(text);
    expect(ended).toBe(code);
  }
  expect(host.calls()).toEqual([]);
  expect(host.has("etc")).toBe(false);
});

test("--dry-run tells what would be done and does nothing", async () => {
  const host = linuxHost();
  const dry = await host.script("install.sh", ["--agent", "--dry-run"], 1000);
  expect(dry).toMatchObject({ code: 0, stderr: "" });
  expect(dry.stdout).toContain("would run: systemctl enable millwright-agent");
  expect(dry.stdout).toContain("KillMode=process");
  expect(host.calls()).toEqual([]);
  expect(host.has("etc")).toBe(false);
  await host.script("install.sh", ["--agent"]);
  const before = host.calls().length;
  const undone = await host.script("uninstall.sh", ["--agent", "--purge", "--dry-run"]);
  expect(undone.stdout).toContain("would run: systemctl disable --now millwright-agent");
  expect(host.calls().length).toBe(before);
  expect(readFileSync(join(host.root, AGENT_UNIT), "utf8")).toContain("ExecStart=");
});

test("an agent whose releases lie side by side is started by their launcher, which writes only its own folder", async () => {
  const host = linuxHost();
  const releases = join(host.root, "opt/side");
  const words = ["--agent", "--releases", releases];
  const missing = await host.script("install.sh", words);
  expect(missing).toMatchObject({ code: 1, stderr: expect.stringContaining("Next: Name the first: --package") });
  expect((await host.script("install.sh", ["--controller", "--releases", releases])).code).toBe(2);
  const packed = join(host.root, "millwright-1.0.0.tgz");
  writeFileSync(packed, "");
  const planned = await host.script("install.sh", [...words, "--package", packed, "--dry-run"]);
  expect(planned.stdout).toContain(`agent upgrade ${packed} --prefix ${releases} --config `);

  mkdirSync(releases, { recursive: true });
  writeFileSync(join(releases, "launch"), "#!/bin/sh\n", { mode: 0o755 });
  expect(await host.script("install.sh", words)).toMatchObject({ code: 0, stderr: "" });
  const unit = host.file(AGENT_UNIT);
  expect(unit).toContain(`\nExecStart=${releases}/launch agent --config /etc/millwright/agent.yaml\n`);
  expect(unit).toContain(`\nReadWritePaths=/tmp /var/tmp ${releases}/state\n`);
});
