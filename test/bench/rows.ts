import { artifactsRow } from "./artifacts/row.ts";
import { checkoutRow } from "./checkout/row.ts";
import { postgresClaimsRow } from "./claims/postgres-row.ts";
import { claimsRow } from "./claims/sqlite-row.ts";
import { followerRow } from "./follower/row.ts";
import { logsRow } from "./logs/row.ts";
import type { Row } from "./row.ts";

/** Everything that `make bench` measures, in the order in which it is printed. */
export const ROWS: readonly Row[] = [
  claimsRow(),
  postgresClaimsRow(),
  logsRow(),
  followerRow(),
  artifactsRow(),
  checkoutRow(),
];
