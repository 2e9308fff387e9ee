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

const ENDINGS: Partial<Record<ArtifactKind, string>> = {
  www: "zip",
  mapping: "mapping.txt",
  app: "app.zip",
  dsym: "dSYM.zip",
  xcarchive: "xcarchive.zip",
};
/** They come with a product and are named like it. */
const BESIDES: readonly ArtifactKind[] = ["mapping", "dsym", "xcarchive"];

/**
 * The artifact's file name: what the build was asked to call it, else `<app>-<version>-<type>`, or `<app>-www` for a deploy
 * build.
 */
export function artifactName(
  spec: Pick<JobSpec, "app" | "buildFileName" | "buildType">,
  kind: ArtifactKind,
  version: string | undefined,
): string {
  const ending = ENDINGS[kind] ?? kind;
  if (spec.buildFileName) {
    const asked = safeName(spec.buildFileName);
    if (asked.toLowerCase().endsWith(`.${ending.toLowerCase()}`)) return asked;
    // The product's ending may be part of what was asked for.
    const stem = BESIDES.includes(kind) ? asked.replace(/\.(apk|aab|ipa)$/i, "") : asked;
    return `${stem}.${ending}`;
  }
  const parts = kind === "www" ? [spec.app.name, "www"] : [spec.app.name, version ?? "", spec.buildType];
  return `${safeName(parts.filter((part) => part !== "").join("-"))}.${ending}`;
}
