import { out, Refusal } from "../machine/tool.ts";
import type { SelectedXcode } from "../xcode/selected-xcode.ts";

const TYPES = [
  { name: "iPhone 15", identifier: "com.apple.CoreSimulator.SimDeviceType.iPhone-15" },
  { name: "iPhone 16", identifier: "com.apple.CoreSimulator.SimDeviceType.iPhone-16" },
  { name: "iPad Air 11-inch (M2)", identifier: "com.apple.CoreSimulator.SimDeviceType.iPad-Air-11-inch-M2" },
];

/** `simctl list`: each device is of a type with the same name, which cordova-ios 6 and 7 go by. */
export function simctl(xcode: SelectedXcode, argv: readonly string[]): number {
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
    devices: there ? { [identifier]: devices } : {},
    pairs: {},
  };
  const wanted = argv.slice(1).filter((word) => word in all);
  const shown = wanted.length > 0 ? Object.entries(all).filter(([key]) => wanted.includes(key)) : Object.entries(all);
  if (argv.includes("--json") || argv.includes("-j")) out(JSON.stringify(Object.fromEntries(shown), null, 2));
  else for (const { name, udid, state } of there ? devices : []) out(`    ${name} (${udid}) (${state})`);
  return 0;
}
