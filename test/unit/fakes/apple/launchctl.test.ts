import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build, type PlistValue } from "plist";
import { expect, test } from "vitest";
import { changeLaunchd } from "../../../fakes/apple/launchctl/launchd.ts";
import { run, testMac } from "./mac.ts";

const mac = testMac();
const SERVICE = "gui/501/com.example.agent";

function plistFile(name: string, change: Record<string, PlistValue> = {}): string {
  const file = join(mac.root, name);
  const plist = {
    Label: "com.example.agent",
    ProgramArguments: ["/bin/agent", "--yes"],
    RunAtLoad: true,
    KeepAlive: true,
  };
  writeFileSync(file, build({ ...plist, ...change }), { mode: 0o644 });
  return file;
}

/** Exit code and what it said. */
async function launchctl(...words: string[]) {
  const { code, stdout, stderr } = await run(mac, "launchctl", words);
  return [code, `${stdout}${stderr}`.trim()];
}

test("a service that is loaded is printed, and refused a second time; booted out it is gone", async () => {
  const file = plistFile("agent.plist");
  expect(await launchctl("bootout", SERVICE)).toEqual([3, "Boot-out failed: 3: No such process"]);
  expect(await launchctl("bootstrap", "gui/501", file)).toEqual([0, ""]);
  const [code, text] = await launchctl("print", SERVICE);
  expect(code).toBe(0);
  expect(text).toMatch(/^gui\/501\/com\.example\.agent = \{/);
  expect(text).toContain("state = running");
  expect(text).toContain("\t\t--yes\n");
  const again = await launchctl("bootstrap", "gui/501", file);
  expect(again).toEqual([5, expect.stringMatching(/^Bootstrap failed: 5: Input\/output error\nTry re-running/)]);
  expect(await launchctl("bootout", SERVICE)).toEqual([0, ""]);
  expect(await launchctl("print", SERVICE)).toEqual([
    113,
    'Bad request.\nCould not find service "com.example.agent" in domain for user gui: 501',
  ]);
});

test("where nobody is logged in at the screen there is no domain of it", async () => {
  const file = plistFile("elsewhere.plist");
  const none = [112, "Bad request.\nCould not find domain for user gui: 777"];
  expect(await launchctl("print", "gui/777")).toEqual(none);
  expect(await launchctl("kickstart", "gui/777/com.example.agent")).toEqual(none);
  const refused = [125, "Bootstrap failed: 125: Domain does not support specified action"];
  expect(await launchctl("bootstrap", "gui/777", file)).toEqual(refused);
  expect(await launchctl("bootstrap", "system", file)).toEqual([1, "Bootstrap failed: 1: Operation not permitted"]);
});

test("a property list that is broken, lacks its label, or that others may write is refused", async () => {
  const broken = join(mac.root, "broken.plist");
  writeFileSync(broken, "<plist><dict><key>Label</key>", { mode: 0o644 });
  const open = plistFile("open.plist");
  chmodSync(open, 0o666);
  expect((await launchctl("bootstrap", "gui/501", broken))[0]).toBe(5);
  expect((await launchctl("bootstrap", "gui/501", plistFile("label.plist", { Label: "" })))[0]).toBe(5);
  expect((await launchctl("bootstrap", "gui/501", "/nowhere.plist"))[0]).toBe(5);
  expect((await launchctl("bootstrap", "gui/501", open))[0]).toBe(122);
  expect(
    (await launchctl("bootstrap", "user/501", plistFile("aqua.plist", { LimitLoadToSessionType: "Aqua" })))[0],
  ).toBe(5);
});

test("what is disabled isn't loaded until it is enabled, and a label is free only some time after it was booted out", async () => {
  const file = plistFile("agent.plist");
  await launchctl("disable", SERVICE);
  expect((await launchctl("bootstrap", "gui/501", file))[0]).toBe(119);
  await launchctl("enable", SERVICE);
  expect((await launchctl("bootstrap", "gui/501", file))[0]).toBe(0);
  changeLaunchd(mac, (launchd) => {
    launchd.settling = 2;
  });
  await launchctl("bootout", SERVICE);
  const codes = [];
  for (let tries = 0; tries < 3; tries += 1) codes.push((await launchctl("bootstrap", "gui/501", file))[0]);
  expect(codes).toEqual([5, 5, 0]);
});

test("what is kept alive begins anew when it is killed, and kickstart begins what doesn't run", async () => {
  const pidOf = async (service: string) => /pid = (\d+)/.exec(String((await launchctl("print", service))[1]))?.[1];
  const first = await pidOf(SERVICE);
  await launchctl("kickstart", SERVICE);
  expect(await pidOf(SERVICE)).toBe(first);
  await launchctl("kill", "SIGTERM", SERVICE);
  const second = await pidOf(SERVICE);
  expect(second).not.toBe(first);
  await launchctl("kickstart", "-k", SERVICE);
  expect(await pidOf(SERVICE)).not.toBe(second);
  const once = { Label: "com.example.once", KeepAlive: false, RunAtLoad: false };
  await launchctl("bootstrap", "gui/501", plistFile("once.plist", once));
  expect(await pidOf("gui/501/com.example.once")).toBeUndefined();
  await launchctl("kickstart", "gui/501/com.example.once");
  expect(await pidOf("gui/501/com.example.once")).toBeDefined();
});
