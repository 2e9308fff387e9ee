import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";
import { codesign } from "../../../fakes/apple/codesign/tool.ts";
import { defaults } from "../../../fakes/apple/defaults/tool.ts";
import { type FakeMac, installFakeMac, type MacWish } from "../../../fakes/apple/install.ts";
import { ioreg } from "../../../fakes/apple/ioreg/tool.ts";
import { iosDeploy } from "../../../fakes/apple/ios-deploy/tool.ts";
import { launchctl } from "../../../fakes/apple/launchctl/tool.ts";
import { callTool, type Ran, type Tool } from "../../../fakes/apple/machine/tool.ts";
import { mdfind } from "../../../fakes/apple/mdfind/tool.ts";
import { plistBuddy } from "../../../fakes/apple/plistbuddy/tool.ts";
import { plutil } from "../../../fakes/apple/plutil/tool.ts";
import { pod } from "../../../fakes/apple/pod/tool.ts";
import { security } from "../../../fakes/apple/security/tool.ts";
import { swVers } from "../../../fakes/apple/sw_vers/tool.ts";
import { sysctl } from "../../../fakes/apple/sysctl/tool.ts";
import { xcodeSelect } from "../../../fakes/apple/xcode-select/tool.ts";
import { xcodebuild } from "../../../fakes/apple/xcodebuild/tool.ts";
import { xcrun } from "../../../fakes/apple/xcrun/tool.ts";

export interface RunWish {
  cwd?: string;
  env?: Record<string, string>;
}

const TOOLS: Record<string, Tool> = {
  codesign,
  defaults,
  ioreg,
  "ios-deploy": iosDeploy,
  launchctl,
  mdfind,
  PlistBuddy: plistBuddy,
  plutil,
  pod,
  security,
  sw_vers: swVers,
  sysctl,
  xcodebuild,
  "xcode-select": xcodeSelect,
  xcrun,
};

/** A Mac for one test file, removed at its end: to be called outside of tests. */
export function testMac(wish: MacWish = {}): FakeMac {
  const folder = mkdtempSync(join(tmpdir(), "fake-mac-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return installFakeMac(folder, wish);
}

/** Runs a tool of the Mac in this process, which is much quicker than starting its program. */
export async function run(
  mac: FakeMac,
  tool: string,
  args: readonly string[],
  { cwd = mac.root, env = {} }: RunWish = {},
): Promise<Ran> {
  const main = TOOLS[tool];
  if (!main) throw new Error(`There is no ${tool}`);
  const machine = { root: mac.root, settings: mac.settings(), env: { PATH: mac.bin, ...env }, cwd };
  return callTool(main, { machine, argv: [...args] });
}
