import { mkdirSync, realpathSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { macProfile } from "../../src/build/containment/mac-profile.ts";
import { trySandboxExec } from "../../src/build/toolchain/sandbox-exec.ts";
import { type MacHost, macTest } from "./mac-test.ts";

const REAL = { realOnly: "only the kernel of a Mac keeps what a profile says" };

/** Folders of the test, and a way to run a shell with a profile for them. */
function sandboxed(host: MacHost, network = true) {
  const folder = realpathSync(host.folder);
  const [work, hidden] = [join(folder, "work"), join(folder, "hidden")];
  for (const each of [work, hidden, join(hidden, "own")]) mkdirSync(each, { recursive: true });
  writeFileSync(join(hidden, "key"), "SECRET");
  writeFileSync(join(hidden, "own", "file"), "MINE");
  const profile = join(folder, "profile.sb");
  const writable = [work, "/dev", "/private/var/folders", join(host.home, "Library", "Developer")];
  writeFileSync(profile, macProfile({ network, writable, hidden: [hidden], shown: [join(hidden, "own")] }));
  const say = (script: string) => host.tool("sandbox-exec", ["-f", profile, "/bin/sh", "-c", script]);
  return { folder, work, hidden, say };
}

macTest(
  "sandbox-exec works, and takes the profile of a build",
  async (host) => {
    expect(await trySandboxExec()).toEqual({ program: "/usr/bin/sandbox-exec", lacking: "" });
    expect(await sandboxed(host).say("echo runs")).toMatchObject({ code: 0, stdout: "runs\n" });
  },
  REAL,
);

macTest(
  "A build writes in its own folders only, and reads nothing that is hidden",
  async (host) => {
    const { folder, work, hidden, say } = sandboxed(host);
    expect((await say(`echo x > '${work}/new'`)).code).toBe(0);
    expect((await say(`echo x > '${join(host.home, "trap4711")}'`)).code).not.toBe(0);
    expect((await say(`echo x > '${join(folder, "profile.sb")}'`)).code).not.toBe(0);
    expect((await say(`cat '${hidden}/key'`)).stdout).toBe("");
    expect((await say(`ls '${hidden}'`)).stdout).toBe("");
    expect((await say(`cat '${hidden}/own/file'`)).stdout).toBe("MINE");
    expect((await say(`cd '${hidden}/own' && pwd -P`)).code).toBe(0);
  },
  REAL,
);

macTest(
  "Without network nothing beyond this Mac is reached",
  async (host) => {
    const reach = "/usr/bin/curl -sS -m 10 https://www.apple.com -o /dev/null";
    if ((await host.tool("curl", ["-sS", "-m", "10", "https://www.apple.com", "-o", "/dev/null"])).code !== 0) {
      host.skip("this Mac has no network itself");
    }
    expect((await sandboxed(host, false).say(reach)).code).not.toBe(0);
  },
  REAL,
);

macTest(
  "Apple's tools bear it: a program is compiled and signed, and Xcode answers",
  async (host) => {
    const { work, say } = sandboxed(host);
    const script = `cd '${work}' && echo 'int main(void) { return 0; }' > a.c && xcrun clang a.c -o a && codesign -s - a && codesign -v a`;
    expect(await say(script)).toMatchObject({ code: 0 });
    expect((await say("xcodebuild -version")).code).toBe(0);
    expect((await say("security list-keychains -d user")).code).toBe(0);
  },
  { ...REAL, tools: ["xcrun", "xcodebuild", "codesign"] },
);
