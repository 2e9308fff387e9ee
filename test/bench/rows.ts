import { artifactsRow } from "./artifacts/row.ts";
import { checkoutRow } from "./checkout/row.ts";
import { postgresClaimsRow } from "./claims/postgres-row.ts";
import { claimsRow } from "./claims/sqlite-row.ts";
import { DISPATCH } from "./dispatch/row.ts";
import { DRAIN } from "./drain/row.ts";
import { followerRow } from "./follower/row.ts";
import { IDLE, IDLE_CPU } from "./idle/row.ts";
import { logsRow } from "./logs/row.ts";
import { OVERHEAD } from "./overhead/row.ts";
import { REJECT } from "./reject/row.ts";
import type { Row } from "./row.ts";

/** Everything that `make bench` measures, in the order in which it is printed. */
export const ROWS: readonly Row[] = [
  DISPATCH,
  DRAIN,
  claimsRow(),
  postgresClaimsRow(),
  logsRow(),
  followerRow(),
  artifactsRow(),
  checkoutRow(),
  REJECT,
  OVERHEAD,
  IDLE,
  IDLE_CPU,
];
