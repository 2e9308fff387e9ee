import type { Selectable } from "kysely";
import type { AppRow } from "../store/tables.ts";

type Remote = Pick<Selectable<AppRow>, "id" | "git_url" | "own_remote">;

/** Where the commits of an app are: at its git host, or with the controller itself. */
export function remoteAddress({ publicUrl }: { publicUrl: () => string }, app: Remote): string {
  return app.own_remote === 1 ? `${publicUrl()}/git/${app.id}.git` : app.git_url;
}

/** Where the git host of an app tells of pushes. */
export function hookAddress({ publicUrl }: { publicUrl: () => string }, app: { id: string }): string {
  return `${publicUrl()}/hooks/${app.id}`;
}
