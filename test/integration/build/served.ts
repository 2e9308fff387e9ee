import { mkdirSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { serveRepositories } from "../../support/git-http.ts";
import { type Files, makeRepository, type Repository } from "./repositories.ts";
import { temporaryFolder } from "./temporary-folder.ts";

export interface ServedRepository extends Repository {
  sha: string;
  url: string;
  /** Sends what was committed since to the server. */
  push(): void;
}

/** A git server on a free port with repositories by name, closed with the test. */
export async function gitServer(
  login?: string,
  first?: (request: IncomingMessage, response: ServerResponse) => Promise<boolean>,
) {
  const folder = temporaryFolder();
  const server = await serveRepositories(folder, login, first);
  onTestFinished(() => server.close());
  const add = (name: string, files: Files): ServedRepository => {
    const repository = makeRepository(files);
    const bare = join(folder, `${name}.git`);
    mkdirSync(join(bare, ".."), { recursive: true });
    repository.git("clone", "--quiet", "--bare", ".", bare);
    const push = () => void repository.git("push", "--quiet", "--force", bare, "HEAD:refs/heads/main");
    return { ...repository, url: `${server.url}/${name}.git`, push };
  };
  return { ...server, folder, add };
}

/** Puts a submodule into a repository, with the address as it stands in .gitmodules, and commits. */
export function addSubmodule(parent: Repository, path: string, url: string, sha: string): string {
  parent.git("config", "--file", ".gitmodules", `submodule.${path}.path`, path);
  parent.git("config", "--file", ".gitmodules", `submodule.${path}.url`, url);
  mkdirSync(join(parent.folder, path), { recursive: true });
  parent.git("add", "--force", ".gitmodules");
  parent.git("update-index", "--add", "--cacheinfo", `160000,${sha},${path}`);
  parent.git("commit", "--quiet", "--message", `Add ${path}`);
  return parent.git("rev-parse", "HEAD");
}
