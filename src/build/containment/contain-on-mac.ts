import { existsSync, realpathSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { newId } from "../../base/ids.ts";
import type { Isolation } from "../../protocol/job-folder/spec.ts";
import type { JobContext } from "../job/context.ts";
import { openPrivateFolder } from "../job/private-folder.ts";
import { macProfile } from "./mac-profile.ts";
import { type Containment, privateOnes, type SandboxedCommand } from "./sandbox-arguments.ts";
import { writableFolders } from "./writable-folders.ts";

/** What tools of Apple write wherever they run; `/private/var/folders` holds the caches of compilers. */
const SYSTEM_WRITES = ["/dev", "/private/tmp", "/private/var/tmp", "/private/var/folders"];
/** Of the user's home: DerivedData and simulators, caches and logs of Xcode, keychains and profiles for signing. */
const HOME_WRITES = ["Developer", "Caches", "Logs", "Keychains", "MobileDevice", "Preferences", "org.swift.swiftpm"];
/** Where people keep what opens other doors. Not all of .config: git ends when it may not read its own settings there. */
const HOME_SECRETS = [
  ...[
    ".ssh",
    ".aws",
    ".azure",
    ".config/gh",
    ".config/gcloud",
    ".docker",
    ".gnupg",
    ".kube",
    ".netrc",
    ".npmrc",
    ".git-credentials",
  ],
  ...[".bash_history", ".zsh_history", "Documents", "Desktop", "Downloads", "Library/Mail", "Library/Messages"],
  ...["Library/Safari", "Library/Cookies", "Library/Application Support/MobileSync"],
];

/** Runs a command by `sandbox-exec` with a profile of this job. Its file is read before the command begins. */
export function containOnMac(
  context: JobContext,
  isolation: Isolation,
  program: string,
  wanted: SandboxedCommand & { args: readonly string[] },
): Containment {
  const folder = openPrivateFolder(context, newId("containment-"));
  const file = join(folder.path, "profile.sb");
  writeFileSync(file, profileOf(context, isolation, wanted), { mode: 0o600 });
  return {
    command: program,
    args: ["-f", file, wanted.command, ...wanted.args],
    cwd: wanted.cwd,
    environment: { ...wanted.environment },
    close: () => folder.close(),
  };
}

/** The profile of one command. */
export function profileOf(context: JobContext, isolation: Isolation, wanted: Pick<SandboxedCommand, "writes">): string {
  const { host, paths, found } = context;
  const home = (...names: string[]) => join(host.userHome, ...names);
  const own = [...writableFolders(context), ...privateOnes(context), ...(wanted.writes ?? [])].map(real);
  const agents = [dirname(dirname(paths.folder)), host.mirrorsFolder, "/etc/millwright", ...(isolation.hidden ?? [])];
  const other = [host.toolsFolder, ...found.mirrors, ...isolation.readable].map(real);
  return macProfile({
    network: isolation.network,
    writable: [
      ...SYSTEM_WRITES,
      ...HOME_WRITES.map((name) => real(home("Library", name))),
      ...own,
      ...[".cocoapods", ".swiftpm"].map((name) => real(home(name))),
    ],
    hidden: [...agents, ...HOME_SECRETS.map((name) => home(name))].map(real),
    shown: [...own, ...other],
  });
}

/** macOS compares paths without links (/tmp is /private/tmp); what isn't there yet lies where its folder really is. */
function real(path: string): string {
  if (existsSync(path)) return realpathSync(path);
  const above = dirname(path);
  return above === path ? path : join(real(above), basename(path));
}
