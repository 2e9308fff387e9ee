import { existsSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { out, Refusal } from "../machine/tool.ts";
import type { SelectedXcode } from "../xcode/selected-xcode.ts";

const TYPES = [
  { name: "iPhone 15", identifier: "com.apple.CoreSimulator.SimDeviceType.iPhone-15" },
  { name: "iPhone 16", identifier: "com.apple.CoreSimulator.SimDeviceType.iPhone-16" },
  { name: "iPad Air 11-inch (M2)", identifier: "com.apple.CoreSimulator.SimDeviceType.iPad-Air-11-inch-M2" },
];

const OLD_RUNTIME = "com.apple.CoreSimulator.SimRuntime.iOS-12-4";

const unavailable = (udid: string) => ({
  name: "iPhone 8",
  udid,
  state: "Shutdown",
  isAvailable: false,
  availabilityError: "runtime profile not found",
  deviceTypeIdentifier: "com.apple.CoreSimulator.SimDeviceType.iPhone-8",
});

/**
 * `simctl list`: each device is of a type with the same name, which cordova-ios 6 and 7 go by. The folders of devices below
 * the home folder are of a runtime that is gone: `simctl delete unavailable` removes them.
 */
export function simctl(xcode: SelectedXcode, argv: readonly string[], home: string): number {
  const folder = join(home, "Library/Developer/CoreSimulator/Devices");
  const gone = existsSync(folder) ? readdirSync(folder) : [];
  if (argv.join(" ") === "delete unavailable") {
    for (const udid of gone) rmSync(join(folder, udid), { recursive: true });
    return 0;
  }
  if (argv[0] !== "list") throw new Refusal(64, `Unrecognized subcommand: ${argv[0] ?? ""}`);
  const { sdk, build, iosPlatform } = xcode;
  const identifier = `com.apple.CoreSimulator.SimRuntime.iOS-${sdk.replaceAll(".", "-")}`;
  const runtime = {
    name: `iOS ${sdk}`,
    identifier,
    version: sdk,
    buildversion: build,
    isAvailable: true,
    platform: "iOS",
  };
  const there = iosPlatform === "installed";
  const devices = TYPES.map((type, index) => ({
    name: type.name,
    udid: `0000000${index}-1111-2222-3333-444444444444`,
    state: "Shutdown",
    isAvailable: true,
    deviceTypeIdentifier: type.identifier,
  }));
  const all = {
    devicetypes: TYPES.map((type) => ({ ...type, productFamily: type.name.split(" ")[0] })),
    runtimes: there ? [runtime] : [],
    devices: {
      ...(there ? { [identifier]: devices } : {}),
      ...(gone.length > 0 ? { [OLD_RUNTIME]: gone.map(unavailable) } : {}),
    },
    pairs: {},
  };
  const wanted = argv.slice(1).filter((word) => word in all);
  const shown = wanted.length > 0 ? Object.entries(all).filter(([key]) => wanted.includes(key)) : Object.entries(all);
  if (argv.includes("--json") || argv.includes("-j")) out(JSON.stringify(Object.fromEntries(shown), null, 2));
  else for (const { name, udid, state } of there ? devices : []) out(`    ${name} (${udid}) (${state})`);
  return 0;
}
