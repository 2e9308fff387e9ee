import { telemetryFlag } from "./telemetry.ts";

/**
 * The configuration of Xcode for a build type. Development builds are for the debugger on one's own devices: only Debug makes
 * the web view inspectable and keeps the assertions. All others are what goes to testers and customers.
 */
export function iosConfiguration(buildType: string): "debug" | "release" {
  return buildType === "development" || buildType === "simulator" ? "debug" : "release";
}

/**
 * The arguments of `cordova build ios`. --device or --emulator always: without either cordova-ios builds for a phone when one
 * is plugged into the host, else for the simulator.
 */
export function iosBuildArguments(
  buildType: string,
  cordovaVersion: string,
  buildConfig: string | undefined,
): string[] {
  const target = buildType === "simulator" ? "--emulator" : "--device";
  const config = buildConfig === undefined ? [] : [`--buildConfig=${buildConfig}`];
  return ["build", "ios", target, `--${iosConfiguration(buildType)}`, ...config, ...telemetryFlag(cordovaVersion)];
}
