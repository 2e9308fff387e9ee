import { type ExpressionBuilder, type ReferenceExpression, sql } from "kysely";
import type { AccountScope } from "../accounts/principal.ts";
import type { Tables } from "./tables.ts";

/** A condition for `where`: the column's account is one of these. */
export function within<T extends keyof Tables>(
  column: ReferenceExpression<Tables, T>,
  accounts: AccountScope,
): (e: ExpressionBuilder<Tables, T>) => ReturnType<typeof sql<boolean>> {
  return (e) => {
    if (accounts === "all") return sql<boolean>`1 = 1`;
    if (accounts.length === 0) return sql<boolean>`1 = 0`;
    return sql<boolean>`${e(column, "in", accounts as never)}`;
  };
}
