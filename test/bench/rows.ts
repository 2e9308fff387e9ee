import { claimsRow } from "./claims/sqlite-row.ts";
import type { Row } from "./row.ts";

/** Everything that `make bench` measures, in the order in which it is printed. */
export const ROWS: readonly Row[] = [claimsRow()];
