import type { Kysely } from "kysely";
import type { BuildKind, BuildStatus, HostPlatform } from "../../protocol/build-types.ts";
import type { AccountScope } from "../accounts/principal.ts";
import { type BuildState, statesOf } from "../queue/states.ts";
import type { Tables } from "./tables.ts";

/** What a list of builds is narrowed to. */
export interface Wanted {
  accounts: AccountScope;
  appId?: string;
  status?: BuildStatus;
  platform?: string;
  kind?: BuildKind;
  branch?: string;
  /** Only builds with a smaller id. */
  before?: number;
}

/** Builds that lie one behind the other in an index, in the order of their ids. */
export interface Strip {
  accountId?: string;
  appId?: string;
  branch?: string;
  platform?: string;
  state?: BuildState;
  from?: number;
  before?: number;
}

/** What is held back by limits: the first waiting build of each account that has no room for it. */
export type HeldBack = ReadonlyMap<string, number>;

const ALL_STATES: readonly BuildState[] = (["queued", "running", "success", "failed", "canceled"] as const).flatMap(
  (status) => statesOf(status),
);
const PLATFORMS_OF_KIND: Record<BuildKind, readonly HostPlatform[]> = { package: ["android", "ios"], deploy: ["web"] };
const ALL_PLATFORMS: readonly string[] = Object.values(PLATFORMS_OF_KIND).flat();

/** A statement of more parts is refused by SQLite. */
const MOST_STRIPS = 200;

/**
 * The strips that together hold what is wanted and nothing else. The newest of a whole are among the newest of its strips,
 * so that a list reads a few rows of each, and never those that it doesn't show. `held` is needed for the statuses of the
 * queue only; while anything is held back, accounts must be named then. An app's account is the only one named.
 */
export function stripsOf(wanted: Wanted, held: HeldBack): Strip[] {
  const { appId, branch, before, accounts } = wanted;
  const common: Strip = { ...(appId === undefined ? {} : { appId }), ...(branch === undefined ? {} : { branch }) };
  return (accounts === "all" ? [undefined] : accounts).flatMap((account) => {
    const ofAccount = account === undefined || appId !== undefined ? {} : { accountId: account };
    return partsOf(wanted, account === undefined ? undefined : held.get(account)).map((part) => {
      const end = Math.min(before ?? Number.POSITIVE_INFINITY, part.before ?? Number.POSITIVE_INFINITY);
      return { ...common, ...ofAccount, ...part, ...(Number.isFinite(end) ? { before: end } : {}) };
    });
  });
}

/** By platform and state, when anything is asked of them; by both, because only then an index has them in order. */
function partsOf({ status, platform, kind, branch }: Wanted, firstHeld: number | undefined): Strip[] {
  if ([status, platform, kind, branch].every((each) => each === undefined)) return [{}];
  const platforms = kind === undefined ? (platform ?? ALL_PLATFORMS) : PLATFORMS_OF_KIND[kind];
  const wanted = [platforms].flat().filter((each) => platform === undefined || each === platform);
  return wanted.flatMap((each) => statesIn(status, firstHeld).map((part) => ({ platform: each, ...part })));
}

/** A build that waits is `pending` from the first on that is held back, else `queued`. */
function statesIn(status: BuildStatus | undefined, firstHeld: number | undefined): Strip[] {
  if (status === undefined) return ALL_STATES.map((state) => ({ state }));
  if (status === "pending") return firstHeld === undefined ? [] : [{ state: "queued", from: firstHeld }];
  return statesOf(status).map((state) =>
    state === "queued" && firstHeld !== undefined ? { state, before: firstHeld } : { state },
  );
}

/** The ids of the newest `limit` builds of the strips, the newest first. */
export async function newestOf(db: Kysely<Tables>, strips: readonly Strip[], limit: number): Promise<number[]> {
  const ids: number[] = [];
  for (let at = 0; at < strips.length; at += MOST_STRIPS) {
    const rows = await idsOf(db, strips.slice(at, at + MOST_STRIPS), limit).execute();
    ids.push(...rows.map(({ id }) => id));
  }
  return ids.sort((a, b) => b - a).slice(0, limit);
}

/** The query for the newest ids of each strip, for a few strips at once. */
export function idsOf(db: Kysely<Tables>, strips: readonly Strip[], limit: number) {
  const [first, ...others] = strips.map((strip) => {
    const newest = newestOfStrip(db, strip).orderBy("builds.id", "desc").limit(limit);
    return db.selectFrom(newest.as("strip")).select("strip.id");
  });
  if (!first) throw new Error("a list of builds has no strip");
  return others.reduce((all, each) => all.unionAll(each), first);
}

function newestOfStrip(db: Kysely<Tables>, strip: Strip) {
  let query = db.selectFrom("builds").select("builds.id");
  if (strip.accountId !== undefined) query = query.where("builds.account_id", "=", strip.accountId);
  if (strip.appId !== undefined) query = query.where("builds.app_id", "=", strip.appId);
  if (strip.branch !== undefined) query = query.where("builds.branch", "=", strip.branch);
  if (strip.platform !== undefined) query = query.where("builds.platform", "=", strip.platform);
  if (strip.state !== undefined) query = query.where("builds.state", "=", strip.state);
  if (strip.from !== undefined) query = query.where("builds.id", ">=", strip.from);
  if (strip.before !== undefined) query = query.where("builds.id", "<", strip.before);
  return query;
}
