import { advance, NEW_LEASE } from "../../src/agent/jobs/job-machine.ts";
import { directiveFor } from "../../src/controller/queue/reconcile.ts";
import {
  accept,
  complete,
  grant,
  lapse,
  lose,
  progress,
  requestCancel,
  whyStale,
} from "../../src/controller/queue/transitions.ts";

/** The transition code of the product, as the model drives it. A test hands in a copy with one bug to see that it is found. */
export const PRODUCTION = {
  accept,
  advance,
  complete,
  directiveFor,
  grant,
  lapse,
  lose,
  newLease: NEW_LEASE,
  progress,
  requestCancel,
  whyStale,
};

export type Machines = typeof PRODUCTION;
