import { runQuietly } from "../job/command.ts";
import type { JobContext } from "../job/context.ts";
import { hostEnvironment } from "../job/environment.ts";
import { sdkProgram } from "../toolchain/android-sdk.ts";

/** What an app file says about itself. */
export interface Badging {
  identifier: string;
  versionName: string;
  versionCode: string;
  minSdk?: string;
  targetSdk?: string;
  debuggable: boolean;
  /** Full names, sorted. */
  permissions: string[];
}

/** Reads an .apk with the SDK's aapt2 or aapt; undefined when the host has neither, or it can't read the file. */
export async function readBadging(context: JobContext, apk: string): Promise<Badging | undefined> {
  const environment = hostEnvironment(context);
  const program = sdkProgram("aapt2", environment) ?? sdkProgram("aapt", environment);
  if (!program) return undefined;
  const args = ["dump", "badging", apk];
  const said = await runQuietly(context, {
    step: "verify",
    command: program,
    args,
    cwd: context.host.scratch,
    environment,
  });
  return parseBadging(said.stdout.toString());
}

/** Parses `aapt dump badging`. */
export function parseBadging(text: string): Badging | undefined {
  const line = /^package: .*$/m.exec(text)?.[0];
  const identifier = line && field(line, "name");
  if (!line || !identifier) return undefined;
  const badging: Badging = {
    identifier,
    versionName: field(line, "versionName") ?? "",
    versionCode: field(line, "versionCode") ?? "",
    debuggable: /^application-debuggable$/m.test(text),
    permissions: [
      ...new Set([...text.matchAll(/^uses-permission(?:-sdk-\d+)?: name='([^']+)'/gm)].map((match) => match[1] ?? "")),
    ].sort(),
  };
  const minSdk = /^(?:sdkVersion|minSdkVersion):'([^']+)'/m.exec(text)?.[1];
  const targetSdk = /^targetSdkVersion:'([^']+)'/m.exec(text)?.[1];
  if (minSdk) badging.minSdk = minSdk;
  if (targetSdk) badging.targetSdk = targetSdk;
  return badging;
}

function field(line: string, name: string): string | undefined {
  return new RegExp(` ${name}='([^']*)'`).exec(line)?.[1];
}
