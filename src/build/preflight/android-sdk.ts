import { errorOf } from "../../base/errors/millwright-error.ts";
import type { JobContext } from "../job/context.ts";
import { readAndroidSdk } from "../toolchain/android-sdk.ts";

/** Throws ANDROID_SDK_MISSING when the environment of builds names no Android SDK with platforms and build-tools. */
export function checkAndroidSdk(context: JobContext): void {
  const sdk = readAndroidSdk(context.host.environment);
  if (sdk.lacking) throw errorOf("ANDROID_SDK_MISSING", { host: context.host.agentName, reason: sdk.lacking });
  const platforms = sdk.platforms.map((found) => found.version).join(", ");
  const buildTools = sdk.buildTools.map((found) => found.version).join(", ");
  context.log.line(`Android SDK ${sdk.home}: platforms ${platforms}; build-tools ${buildTools}`);
}
