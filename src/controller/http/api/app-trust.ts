import { z } from "zod";
import { errorOf } from "../../../base/errors/millwright-error.ts";
import { patternFault } from "../../automations/branch-patterns.ts";
import type { AppChange } from "../../store/app-store.ts";
import { line } from "../validate.ts";

/** Patterns of branches; null takes the rule away. An empty list trusts none. */
export const TRUSTED_BRANCHES = z.array(line(250)).max(50).nullable().optional();

/** The column, when it is given. Throws PATTERN_INVALID. */
export function trustColumn(patterns: string[] | null | undefined): AppChange {
  if (patterns === undefined) return {};
  for (const pattern of patterns ?? []) {
    const reason = patternFault(pattern);
    if (reason !== undefined) throw errorOf("PATTERN_INVALID", { pattern, reason });
  }
  return { trusted_branches: patterns === null ? null : JSON.stringify([...new Set(patterns)]) };
}
