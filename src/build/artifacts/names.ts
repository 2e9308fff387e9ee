import type { ArtifactKind } from "../../protocol/job-folder/result.ts";
import type { JobSpec } from "../../protocol/job-folder/spec.ts";

/** The text with nothing but letters, digits, dots, dashes and underscores, none of these at its ends. */
export function safeName(text: string): string {
  const name = text
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .replace(/[^A-Za-z0-9._-]+/g, "-")
    .replace(/^[-._]+|[-._]+$/g, "");
  return name.slice(0, 100) || "app";
}

/**
 * The artifact's file name: what the build was asked to call it, else `<app>-<version>-<type>`, or `<app>-www` for a deploy
 * build.
 */
export function artifactName(
  spec: Pick<JobSpec, "app" | "buildFileName" | "buildType">,
  kind: ArtifactKind,
  version: string | undefined,
): string {
  const ending = kind === "www" ? "zip" : kind;
  if (spec.buildFileName) {
    const asked = safeName(spec.buildFileName);
    return asked.toLowerCase().endsWith(`.${ending}`) ? asked : `${asked}.${ending}`;
  }
  const parts = kind === "www" ? [spec.app.name, "www"] : [spec.app.name, version ?? "", spec.buildType];
  return `${safeName(parts.filter((part) => part !== "").join("-"))}.${ending}`;
}
