import { statSync } from "node:fs";
import { join } from "node:path";
import { errorOf } from "../../base/errors/millwright-error.ts";
import type { JobContext } from "../job/context.ts";
import { checkRepository } from "../trust/admission.ts";
import { askCommit } from "./commit-tree.ts";
import { type GitSetting, gitLogged } from "./git.ts";
import type { LfsPointer } from "./lfs-pointers.ts";
import { withMirrorLock } from "./mirror.ts";
import type { MirroredCommit } from "./origin.ts";
import type { Remote } from "./remote.ts";

/** So long may a command line be; with more names all files of the commit are fetched. */
const MOST_NAMES = 60_000;

/** Where the content of a pointer lies in the mirror. */
export function objectFile(mirror: string, { oid }: LfsPointer): string {
  return join(mirror, "lfs/objects", oid.slice(0, 2), oid.slice(2, 4), oid);
}

/**
 * Brings the contents of these pointers into the mirror, those that aren't there; one job at a time, because git-lfs continues
 * what another has begun. `folder` is a checkout of the commit. Throws GIT_LFS_FAILED and REPOSITORY_STALLED.
 */
export async function bringObjects(
  context: JobContext,
  remote: Remote,
  folder: string,
  commit: MirroredCommit,
  pointers: readonly LfsPointer[],
): Promise<void> {
  const missing = () => pointers.filter((each) => sizeOf(objectFile(remote.mirror, each)) !== each.size);
  if (missing().length === 0) return;
  await withMirrorLock(context, remote.mirror, "lfs", async () => {
    const wanted = missing();
    if (wanted.length === 0) return;
    const server = await lfsServer(context, commit);
    const call = await remote.call();
    const args = ["lfs", "fetch", ...included(wanted), "origin", commit.sha];
    const settings = [...call.settings, ...lfsSettings(remote.mirror, server)];
    const end = await gitLogged(context, { ...call, step: "checkout", args, cwd: folder, settings });
    if (!end.ok) throw failure(server, end.recent.all().slice(-20));
  });
}

function lfsSettings(mirror: string, server: string): GitSetting[] {
  return [
    ["lfs.url", server],
    ["lfs.storage", join(mirror, "lfs")],
    ["lfs.basictransfersonly", "true"],
    ["lfs.fetchrecentalways", "false"],
    ["lfs.locksverify", "false"],
    ["lfs.activitytimeout", "60"],
    ["lfs.skipdownloaderrors", "false"],
  ];
}

/** git-lfs takes a list with commas, of patterns. */
function included(pointers: readonly LfsPointer[]): string[] {
  const names = pointers.map(({ path }) => `/${path}`);
  const plain = names.every((name) => /^[\w./ @+-]+$/.test(name));
  const list = names.join(",");
  return plain && list.length <= MOST_NAMES ? [`--include=${list}`, "--exclude="] : [];
}

/** The server of Git LFS that .lfsconfig of the commit names, else the one beside the repository. */
async function lfsServer(context: JobContext, commit: MirroredCommit): Promise<string> {
  const args = ["config", "--no-includes", "--blob", `${commit.sha}:.lfsconfig`, "--get", "lfs.url"];
  const named = (await askCommit(context, commit, args)).stdout.toString().trim();
  if (named === "") return serverBeside(commit.origin.url);
  if (/^(https?|ssh):\/\/[^-\s]/.test(named)) {
    checkRepository(context.host, named.replace(/\/info\/lfs\/?$/, ""));
    return named;
  }
  throw errorOf("GIT_LFS_FAILED", {
    server: "the server of .lfsconfig",
    reason: `Its lfs.url is ${JSON.stringify(named.slice(0, 200))}; only http, https and ssh are fetched.`,
  });
}

function serverBeside(url: string): string {
  if (!/^https?:/.test(url)) return url.startsWith("/") ? `file://${url}` : url;
  const plain = url.replace(/\/+$/, "");
  return `${plain}${plain.endsWith(".git") ? "" : ".git"}/info/lfs`;
}

function failure(server: string, said: readonly string[]) {
  const telling = said.filter((line) => !/^\s*$|^fetch: |^Downloading LFS/.test(line));
  const reason = telling.slice(-4).join("; ");
  const brokeOff = /timed? ?out|connection (refused|reset)|unexpected EOF|Server error|HTTP 5\d\d|status 5\d\d/i;
  const code = brokeOff.test(reason) ? "REPOSITORY_STALLED" : "GIT_LFS_FAILED";
  return errorOf(code, { server, repository: server, reason: `git-lfs said: ${reason}` });
}

function sizeOf(file: string): number | undefined {
  return statSync(file, { throwIfNoEntry: false })?.size;
}
