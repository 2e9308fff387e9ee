import { advance, NEW_LEASE } from "../../src/agent/jobs/job-machine.ts";
import { AccountRoom, type LimitedAccount } from "../../src/controller/queue/account-room.ts";
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
import { inOrder, nextTurn } from "../../src/controller/queue/turns.ts";

/** The transition code of the product, as the model drives it. A test hands in a copy with one bug to see that it is found. */
export const PRODUCTION = {
  accept,
  advance,
  complete,
  directiveFor,
  grant,
  inOrder,
  lapse,
  lose,
  newLease: NEW_LEASE,
  nextTurn,
  progress,
  requestCancel,
  roomOf: (accounts: readonly LimitedAccount[]) => new AccountRoom(accounts),
  whyStale,
};

export type Machines = typeof PRODUCTION;
