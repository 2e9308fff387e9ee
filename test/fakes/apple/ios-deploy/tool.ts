import { type Call, out, type Tool } from "../machine/tool.ts";

/** The tool: answers its exit code, or throws its refusal. */
export function iosDeploy({ machine, argv }: Call): ReturnType<Tool> {
  const { iosDeployVersion, phones } = machine.settings;
  if (argv.includes("--version") || argv.includes("-V")) {
    out(iosDeployVersion);
    return 0;
  }
  out("[....] Waiting for iOS device to be connected");
  for (const serial of phones)
    out(`[....] Found ${serial} (N104AP, iPhone 11, iphoneos, arm64e) connected through USB.`);
  // What it ends with when no device has come until the time is over.
  return phones.length > 0 ? 0 : 253;
}
