import type { Build } from "../../protocol/api.ts";

/** The command that asks for the same build. Words are quoted for a POSIX shell. */
export function commandLine(build: Build): string {
  const what = build.kind === "deploy" ? ["deploy", "build"] : ["package", "build", build.platform, build.buildType];
  const options: [string, string | undefined][] = [
    ["--app", build.app.name],
    ["--commit", build.commitSha ?? build.commit],
    ["--package-type", build.packageType],
    ["--target-platform", build.targetPlatform],
    ["--security-profile", build.securityProfile],
    ["--environment", build.environment],
    ["--native-config", build.nativeConfig],
    ["--build-file-name", build.buildFileName],
  ];
  const given = options.flatMap(([name, value]) => (value === undefined ? [] : [name, value]));
  return ["millwright", ...what, ...given].map(quoted).join(" ");
}

function quoted(word: string): string {
  return /^[A-Za-z0-9_@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
