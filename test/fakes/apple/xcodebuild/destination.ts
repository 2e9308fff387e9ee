import { Refusal } from "../machine/tool.ts";
import { isAtLeast, type SelectedXcode } from "../xcode/selected-xcode.ts";
import type { CommandLine } from "./command-line.ts";

type Platform = "iphoneos" | "iphonesimulator";

/** What is built for, by -sdk or -destination. Refuses with exit code 70 where the platform isn't there. */
export function checkDestination(xcode: SelectedXcode, line: CommandLine, scheme: string): Platform {
  const destination = line.option("destination") ?? "";
  const sdk = line.option("sdk");
  const simulator = sdk === undefined ? destination.includes("Simulator") : sdk.startsWith("iphonesimulator");
  if (sdk !== undefined && !/^(iphoneos|iphonesimulator)[\d.]*$/.test(sdk)) {
    throw new Refusal(64, `xcodebuild: error: SDK "${sdk}" cannot be located.`);
  }
  if (xcode.iosPlatform !== "installed") throw notInstalled(xcode, destination, scheme);
  return simulator ? "iphonesimulator" : "iphoneos";
}

function notInstalled({ version, sdk }: SelectedXcode, destination: string, scheme: string): Refusal {
  const hint = isAtLeast(version, "26")
    ? "Please download and install the platform from Xcode > Settings > Components."
    : "To use with Xcode, first download and install the platform";
  const wanted = destination.replace(/^generic\//, "generic:1, ").replaceAll("=", ":");
  const placeholder = "platform:iOS, id:dvtdevice-DVTiPhonePlaceholder-iphoneos:placeholder, name:Any iOS Device";
  return new Refusal(
    70,
    `xcodebuild: error: Unable to find a destination matching the provided destination specifier:
\t\t{ ${wanted} }

\tIneligible destinations for the "${scheme}" scheme:
\t\t{ ${placeholder}, error:iOS ${sdk} is not installed. ${hint} }`,
  );
}
