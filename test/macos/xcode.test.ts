import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "plist";
import { expect } from "vitest";
import { type HostXcode, XcodeFinder } from "../../src/build/toolchain/xcode-finder.ts";
import { type MacHost, macTest } from "./mac-test.ts";

const TOOLS = { tools: ["xcodebuild"] };

/** The Xcodes of the host as the agent finds them. */
function xcodesOf(host: MacHost): Promise<HostXcode[]> {
  return new XcodeFinder().find({ folders: [host.applications], preferred: "" }, host.environment);
}

/** DEVELOPER_DIR of the best one. */
async function selected(host: MacHost): Promise<{ DEVELOPER_DIR: string }> {
  const [xcode] = await xcodesOf(host);
  if (!xcode) throw new Error(`no Xcode in ${host.applications}`);
  return { DEVELOPER_DIR: xcode.developerDir };
}

function exportArguments(host: MacHost, archive: string): string[] {
  const options = join(host.folder, "exportOptions.plist");
  writeFileSync(options, build({ method: "development", signingStyle: "automatic" }));
  return ["-exportArchive", "-archivePath", archive, "-exportOptionsPlist", options, "-exportPath", "out"];
}

macTest(
  "Every Xcode says by its files what xcodebuild says of it",
  async (host) => {
    const xcodes = await xcodesOf(host);
    expect(xcodes.length).toBeGreaterThan(0);
    for (const { version, build: number, developerDir, trouble } of xcodes) {
      await host.tell(`Xcode ${version} (${number}): ${trouble ? `${trouble.kind}: ${trouble.said}` : "ready"}`);
      if (trouble) continue;
      const { stdout } = await host.tool("xcodebuild", ["-version"], { DEVELOPER_DIR: developerDir });
      expect(stdout).toContain(`Xcode ${version}\nBuild version ${number}`);
    }
    expect(xcodes.some(({ trouble }) => trouble === undefined)).toBe(true);
  },
  TOOLS,
);

macTest(
  "An Xcode that is ready ends -checkFirstLaunchStatus with 0",
  async (host) => {
    const { code } = await host.tool("xcodebuild", ["-checkFirstLaunchStatus"], await selected(host));
    expect(code).toBe(0);
  },
  TOOLS,
);

macTest(
  "The list of runtimes has the form by which a missing iOS platform is noticed",
  async (host) => {
    const { stdout } = await host.tool("xcrun", ["simctl", "list", "runtimes", "--json"], await selected(host));
    const { runtimes } = JSON.parse(stdout) as { runtimes: { identifier: string; isAvailable: boolean }[] };
    expect(runtimes.some(({ identifier, isAvailable }) => identifier.includes(".iOS-") && isAvailable)).toBe(true);
  },
  TOOLS,
);

macTest(
  "An archive that isn't there is told by the text that is known, whatever the exit code",
  async (host) => {
    const { code, stdout, stderr } = await host.tool(
      "xcodebuild",
      exportArguments(host, join(host.folder, "none.xcarchive")),
      await selected(host),
    );
    await host.tell(`exit code ${code}: ${stderr.trim()}`);
    expect(code).not.toBe(0);
    expect(`${stdout}${stderr}`).toContain("archive not found at path");
  },
  TOOLS,
);

macTest(
  "A key of App Store Connect that isn't there is refused",
  async (host) => {
    const key = ["-authenticationKeyPath", "/nowhere/key.p8", "-authenticationKeyID", "ABCDE12345"];
    const issuer = ["-authenticationKeyIssuerID", "00000000-0000-0000-0000-000000000000"];
    const words = [
      ...exportArguments(host, join(host.folder, "none.xcarchive")),
      "-allowProvisioningUpdates",
      ...key,
      ...issuer,
    ];
    const { code, stderr } = await host.tool("xcodebuild", words, await selected(host));
    await host.tell(`exit code ${code}: ${stderr.trim()}`);
    expect(code).not.toBe(0);
  },
  TOOLS,
);
