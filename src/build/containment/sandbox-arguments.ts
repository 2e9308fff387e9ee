import { existsSync, lstatSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import { privateFolders } from "../../protocol/job-folder/paths.ts";
import type { Isolation } from "../../protocol/job-folder/spec.ts";
import { SOCKET_INSIDE } from "../egress/bridge.ts";
import type { JobContext } from "../job/context.ts";
import { namespaceArguments } from "../toolchain/sandbox.ts";
import { etcPaths, KERNEL_FOLDERS, PROGRAM_FOLDERS } from "./system-paths.ts";
import { installationOf, isWithin, toolPaths } from "./tool-paths.ts";
import { homeOfJava, writableFolders } from "./writable-folders.ts";

/** Purposes of private folders whose files the command of a step reads; that of the fetch is never shown. */
const PURPOSES = ["environment", "signing", "git-login"];
/** Of memory that a command may fill by files; Chrome needs some. */
const SHARED_MEMORY_BYTES = 2 ** 30;

export interface SandboxedCommand {
  command: string;
  cwd: string;
  environment: Readonly<Record<string, string>>;
  writes?: readonly string[];
}

/** How a command is started so that it runs in a sandbox. */
export interface Containment {
  command: string;
  args: string[];
  cwd: string;
  environment: Record<string, string>;
  /** Call it when the command has ended. */
  close(): void;
}

/**
 * The options of bubblewrap for one command of a job: read-only programs and tools, an own /proc, /dev, /tmp and /run, and of
 * all other folders only what the job may write. `temporary` is the host's folder behind /tmp.
 */
export function sandboxArguments(
  context: JobContext,
  isolation: Isolation,
  wanted: SandboxedCommand,
  temporary: string,
): string[] {
  const writable = [...writableFolders(context), ...privateOnes(context), ...(wanted.writes ?? [])].filter(isThere);
  const inWritable = writable.some((folder) => isWithin(folder, wanted.command));
  const readable = [
    ...toolPaths(context),
    ...(inWritable ? [] : installationOf(context, wanted.command)),
    ...(context.egress ? installationOf(context, process.execPath) : []), // the bridge to the proxy runs on it
    context.host.toolsFolder,
    ...context.found.mirrors, // git in the checkout reads their objects
    ...isolation.readable,
    ...(context.spec.untrusted ? isolation.writable : []),
  ];
  return [
    ...namespaceArguments(isolation.network),
    ...PROGRAM_FOLDERS.filter(isThere).flatMap(programFolder),
    ...[...KERNEL_FOLDERS, ...etcPaths()].filter(isThere).flatMap((path) => ["--ro-bind", path, path]),
    ...["--proc", "/proc", "--dev", "/dev", "--dir", "/run", "--dir", "/var"],
    ...["--size", String(SHARED_MEMORY_BYTES), "--perms", "1777", "--tmpfs", "/dev/shm"],
    ...["--bind", temporary, "/tmp", "--symlink", "../tmp", "/var/tmp"],
    ...emptyHome(),
    ...(context.egress ? ["--ro-bind", context.egress.socket, SOCKET_INSIDE] : []),
    ...ownMounts(readable.filter(isThere), writable),
    ...["--remount-ro", "/", "--chdir", wanted.cwd],
    ...Object.entries(wanted.environment).flatMap(([name, value]) => ["--setenv", name, value]),
  ];
}

/** Java programs want to write into the user's home: there is an empty one, which lasts for the command. */
function emptyHome(): string[] {
  const home = homeOfJava();
  const isOther =
    home === "/" ||
    [...PROGRAM_FOLDERS, "/etc", "/proc", "/dev", "/sys", "/tmp", "/var/tmp", "/run"].some((each) =>
      isWithin(each, home),
    );
  return isOther ? [] : ["--size", String(SHARED_MEMORY_BYTES), "--tmpfs", home];
}

/** Deeper ones later: they lie upon the others. */
function ownMounts(readable: readonly string[], writable: readonly string[]): string[] {
  const mounts = new Map<string, string>();
  for (const path of readable) mounts.set(path, "--ro-bind");
  for (const path of writable) mounts.set(path, "--bind");
  const sorted = [...mounts].sort(([one], [other]) => (one < other ? -1 : 1));
  return sorted.flatMap(([path, option]) => [option, path, path]);
}

/** Where secrets lie for the command that needs them. */
export function privateOnes({ paths, spec }: Pick<JobContext, "paths" | "spec">): string[] {
  const { memory, disk } = privateFolders(paths.folder, spec.lease.leaseId);
  return PURPOSES.flatMap((purpose) => [join(memory, purpose), join(disk, purpose)]);
}

/** /bin is a link to usr/bin on most systems. */
function programFolder(path: string): string[] {
  return lstatSync(path).isSymbolicLink() ? ["--symlink", readlinkSync(path), path] : ["--ro-bind", path, path];
}

function isThere(path: string): boolean {
  return existsSync(path);
}
