import { DISPATCH } from "./dispatch/row.ts";
import { DRAIN } from "./drain/row.ts";
import { IDLE, IDLE_CPU } from "./idle/row.ts";
import { OVERHEAD } from "./overhead/row.ts";
import { REJECT } from "./reject/row.ts";
import type { Row } from "./row.ts";

/** Everything that `make bench` measures, in the order in which it is printed. */
export const ROWS: readonly Row[] = [DISPATCH, DRAIN, REJECT, IDLE, IDLE_CPU, OVERHEAD];
