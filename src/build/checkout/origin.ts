import type { JobContext } from "../job/context.ts";
import { parseAddress, type RepositoryAddress } from "./repository-address.ts";

/** A repository that a build needs, and what may be shown to its server. */
export interface Origin extends RepositoryAddress {
  /** The app's own credentials are for it. */
  appLogin: boolean;
  /** Its address comes from the commit and not from the app's settings: less is allowed, and less is shown. */
  fromCommit: boolean;
  /** Path of the submodule; empty for the app's own repository. */
  path: string;
}

/** A commit in the mirror of its repository. */
export interface MirroredCommit {
  origin: Origin;
  mirror: string;
  sha: string;
}

/** The repository of the app, as it is registered. */
export function appOrigin(context: JobContext): Origin {
  return { ...parseAddress(context.spec.app.gitUrl), appLogin: true, fromCommit: false, path: "" };
}

/**
 * Whose mirror it is: what was fetched with the credentials of an app is for that app alone, or another one could build
 * it by knowing a commit; what needs none is shared by all.
 */
export function mirrorScope(context: JobContext, origin: Origin): string {
  const hasLogin = origin.login !== undefined || (origin.appLogin && context.materials.has("git"));
  return hasLogin ? context.spec.app.id : "";
}
