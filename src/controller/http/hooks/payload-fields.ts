import { z } from "zod";

/** Fields that several git hosts have in their payloads. What else is in there isn't looked at. */
export const sha = z.string().regex(/^[0-9a-f]{40}([0-9a-f]{24})?$/i, "expected a commit's hash");

/** As git allows names of branches (git-check-ref-format), and no control characters. */
export const branchName = z
  .string()
  .min(1)
  .max(250)
  .regex(/^[^\s~^:?*[\\-][^\s~^:?*[\\]*$/, "expected a branch's name")
  .refine((name) => ![...name].some((char) => char < " " || char === "\u007f"), "expected no control characters");

export const optionalText = z
  .string()
  .nullish()
  .transform((text) => text ?? "");

/** `refs/heads/NAME` and `refs/tags/NAME`. */
export const ref = z.string().min(1).max(300);

export function branchOf(name: string): string | undefined {
  return name.startsWith("refs/heads/") ? branchName.parse(name.slice("refs/heads/".length)) : undefined;
}

/** For what starts nothing: `the tag v1`. */
export function notABranch(name: string): string {
  const shown = name.slice(0, 200);
  return shown.startsWith("refs/tags/") ? `the tag ${shown.slice("refs/tags/".length)}` : `the ref ${shown}`;
}
