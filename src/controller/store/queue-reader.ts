import { type Selectable, sql, type Transaction } from "kysely";
import { type Requirement, readRequirement } from "../../protocol/requirement.ts";
import type { AccountRoom } from "../queue/account-room.ts";
import { inOrder } from "../queue/turns.ts";
import { WAITING } from "./queue-conditions.ts";
import type { BuildRow, Tables } from "./tables.ts";
import { begunTurns } from "./turn-store.ts";

/** Rows that are read at once, when those before them were not enough. */
const PAGE = 20;

type Row = Selectable<BuildRow>;

/** Reads the waiting builds that an agent may take, in the order of the queue, in the transaction of its claim. */
export class QueueReader {
  private readonly tx: Transaction<Tables>;
  private readonly places: Map<string, { turn: number; id: number }>;
  private readonly begun: ReadonlyMap<string, number>;
  private readonly requirements: string[];
  private size: number;

  private constructor(
    tx: Transaction<Tables>,
    platforms: readonly string[],
    begun: ReadonlyMap<string, number>,
    requirements: string[],
    wanted: number,
  ) {
    this.tx = tx;
    this.size = Math.min(wanted, PAGE);
    this.places = new Map(platforms.map((platform) => [platform, { turn: -1, id: 0 }]));
    this.begun = begun;
    this.requirements = requirements;
  }

  /** Begins with as many rows as are wanted: mostly they are the ones to give out. */
  static async open(
    tx: Transaction<Tables>,
    asker: { platforms: readonly string[]; meets: (requirement: Requirement) => boolean },
    wanted: number,
  ): Promise<QueueReader> {
    const wished = await waitingRequirements(tx, asker.platforms);
    const met = wished.filter((text) => asker.meets(readRequirement(text)));
    return new QueueReader(tx, asker.platforms, await begunTurns(tx, asker.platforms), met, wanted);
  }

  /** The turn that was begun last on a platform before this claim. */
  begunOn(platform: string): number {
    return this.begun.get(platform) ?? 0;
  }

  /** The next builds whose accounts have room, none of them twice; empty at the end of the queue. */
  async next(room: AccountRoom): Promise<Row[]> {
    const pages = await Promise.all([...this.places.keys()].map((platform) => this.page(platform, room)));
    const rows = pages.flat().sort(inOrder(this.begun)).slice(0, this.size);
    for (const { platform, turn, id } of rows) this.places.set(platform, { turn, id });
    this.size = PAGE;
    return rows;
  }

  private page(platform: string, room: AccountRoom): Promise<Row[]> {
    const { turn, id } = this.places.get(platform) ?? { turn: -1, id: 0 };
    let query = this.tx
      .selectFrom("builds")
      .selectAll()
      .where(WAITING)
      .where("platform", "=", platform)
      .where(sql<boolean>`(turn, id) > (${turn}, ${id})`)
      .where((e) => {
        const none = e("requirement", "is", null);
        return this.requirements.length > 0 ? e.or([none, e("requirement", "in", this.requirements)]) : none;
      });
    const full = room.full();
    if (full.length > 0) query = query.where("account_id", "not in", full);
    return query.orderBy("turn").orderBy("id").limit(this.size).execute();
  }
}

/**
 * What builds in the queue require of their host: a rule matches what no list of names could hold. Goes from one requirement
 * to the next in the index, however many builds have the same one.
 */
async function waitingRequirements(tx: Transaction<Tables>, platforms: readonly string[]): Promise<string[]> {
  const found = new Set<string>();
  for (const platform of platforms) {
    const { rows } = await sql<{ wish: string }>`
      with recursive wishes (wish) as (
        select min(requirement) from builds where state = 'queued' and requirement is not null and platform = ${platform}
        union all
        select (select min(requirement) from builds
                where state = 'queued' and requirement is not null and platform = ${platform} and requirement > wish)
        from wishes where wish is not null)
      select wish from wishes where wish is not null
    `.execute(tx);
    for (const { wish } of rows) found.add(wish);
  }
  return [...found];
}
