import { setTimeout as rest } from "node:timers/promises";
import { type Plan, randomPlan } from "../faults/plan.ts";
import type { Random } from "../model/random.ts";
import { CliFollower, type Follower, HttpFollower } from "./followers.ts";
import type { Ground } from "./ground.ts";

type Way = "logs" | "deploy" | "http" | "nobody";

/** A build that was asked for. */
export interface Asked {
  plan: Plan;
  way: Way;
  /** Undefined until somebody told it. */
  id: number | undefined;
  /** Asked for once more, because nobody answered and it wasn't there. */
  repeated: boolean;
  cancel: "no" | "wanted" | "taken" | "maybe";
  follower: Follower | undefined;
}

/** After so long what a dying controller had sent to the store is in it, or never will be. */
const SETTLED_MS = 3_000;
const LOOK_MS = 200;

/** Keeps so many builds waiting or running until it is stopped, in several ways and with followers, all through the balancer. */
export class Asker {
  readonly asked: Asked[] = [];
  /** Requests that nobody answered. */
  unanswered = 0;
  private readonly ground: Ground;
  private readonly random: Random;
  private readonly name: string;
  private readonly longestMs: number;
  private readonly underWay: Promise<void>[] = [];
  private readonly stopped = new AbortController();

  constructor(ground: Ground, random: Random, name: string, longestMs: number) {
    this.ground = ground;
    this.random = random;
    this.name = name;
    this.longestMs = longestMs;
  }

  /** Resolves after `stop` when all that was begun is through. */
  async keep(count: number, total = Number.POSITIVE_INFINITY): Promise<void> {
    while (!this.stopped.signal.aborted && this.asked.length < total) {
      const lacking = Math.min(count - (await this.live()), total - this.asked.length);
      for (let n = 0; n < lacking; n += 1) this.begin();
      await rest(LOOK_MS);
    }
    await Promise.all(this.underWay);
  }

  stop(): void {
    this.stopped.abort();
  }

  /** Builds that haven't ended, those among them that are only being asked for. */
  private async live(): Promise<number> {
    const rows = await this.ground
      .query<{ commit: string }>("select commit_ref as commit from builds where finished_at is not null")
      .catch(() => undefined);
    if (!rows) return Number.POSITIVE_INFINITY; // the store is away: later
    const ended = new Set(rows.map(({ commit }) => commit));
    return this.asked.filter(({ plan }) => !ended.has(plan.seed)).length;
  }

  private begin(): void {
    const plan = this.nextPlan();
    this.ground.repository.commit(plan);
    const way = this.nextWay();
    const cancelAfterMs = this.random.chance(0.06) ? 500 + this.random.below(this.longestMs / 2) : undefined;
    const cancel = cancelAfterMs === undefined ? "no" : "wanted";
    const asked: Asked = { plan, way, id: undefined, repeated: false, cancel, follower: undefined };
    this.asked.push(asked);
    const work = this.ask(asked).then(async () => {
      if (cancelAfterMs === undefined || asked.id === undefined) return;
      await rest(cancelAfterMs);
      await this.cancel(asked, asked.id);
    });
    this.underWay.push(work);
    work.catch(() => {}); // `keep` rejects with it
  }

  private nextPlan(): Plan {
    const { random, ground, longestMs } = this;
    const [least, most] = random.chance(0.5) ? [0.05, 0.25] : random.chance(0.7) ? [0.25, 0.65] : [0.65, 1];
    const ms = Math.round(longestMs * ((least ?? 0) + ((most ?? 1) - (least ?? 0)) * (random.below(1_000) / 1_000)));
    const behaviour = random.chance(0.08) ? "fails" : random.chance(0.1) ? "setsid-child" : "plain";
    const seed = `${this.name}-${this.asked.length + 1}`;
    return randomPlan(random, seed, { ms, behaviour, ledger: ground.ledger });
  }

  private nextWay(): Way {
    if (this.random.chance(0.35)) return "logs";
    if (this.random.chance(0.25)) return "deploy";
    return this.random.chance(0.5) ? "http" : "nobody";
  }

  private async ask(asked: Asked): Promise<void> {
    if (asked.way === "deploy") await this.askByCli(asked);
    else await this.askByHttp(asked);
    const { id, way, plan } = asked;
    if (id === undefined) return;
    if (way === "logs") asked.follower = await this.followByCli(plan.seed, id);
    if (way === "http") asked.follower = new HttpFollower(this.ground, id);
  }

  /** A request that nobody answered may have been taken: that is looked up before it is made again. */
  private async askByHttp(asked: Asked): Promise<void> {
    for (;;) {
      const body = { kind: "deploy", commit: asked.plan.seed };
      const answer = await this.ground.api.ask("POST", "/apps/app/builds", body).catch(() => undefined);
      if (answer?.status === 201) {
        asked.id = (JSON.parse(answer.body.toString()) as { id: number }).id;
        return;
      }
      if (answer && answer.status < 500) throw new Error(`POST builds: ${answer.status} ${answer.body}`);
      this.unanswered += 1;
      asked.id = await this.lookUp(asked.plan);
      if (asked.id !== undefined) return;
      asked.repeated = true;
    }
  }

  /** A CLI that asks, follows and downloads. Where its request wasn't answered, it ends, and another way is taken. */
  private async askByCli(asked: Asked): Promise<void> {
    const { seed } = asked.plan;
    const words = ["deploy", "build", "--app", "app", "--commit", seed, "--output", `${seed}-files`];
    const follower = new CliFollower(this.ground, seed, words);
    const told = await this.firstLine(follower);
    if (told !== undefined) {
      asked.id = told;
      asked.follower = follower;
      return;
    }
    this.unanswered += 1;
    asked.way = "nobody";
    asked.id = await this.lookUp(asked.plan);
    if (asked.id !== undefined) return;
    asked.repeated = true;
    await this.askByHttp(asked);
  }

  /** The number of the build as the CLI tells it; undefined when it ended without. */
  private async firstLine(follower: CliFollower): Promise<number | undefined> {
    for (let over = false; ; ) {
      const told = /^Build (\d+):/m.exec(follower.got().toString("latin1"));
      if (told || over) return told ? Number(told[1]) : undefined;
      over = await Promise.race([follower.ended.then(() => true), rest(100, false)]);
    }
  }

  /** A CLI that nobody answers when it begins, ends: it is begun again. Once it follows it must go on by itself. */
  private async followByCli(name: string, id: number): Promise<Follower> {
    for (;;) {
      const follower = new CliFollower(this.ground, name, ["logs", String(id), "--follow"]);
      const begun = () => follower.said() !== "" || follower.got().length > 0;
      while (follower.exitCode() === null && !begun()) await rest(LOOK_MS);
      if (!/^Error/.test(follower.said())) return follower;
      await follower.ended;
      if (!/\[(CONTROLLER_SILENT|STORE_UNREACHABLE)\]/.test(follower.said())) return follower;
      this.unanswered += 1;
    }
  }

  private async lookUp(plan: Plan): Promise<number | undefined> {
    await rest(SETTLED_MS);
    for (;;) {
      const rows = await this.ground
        .query<{ id: number }>(`select id from builds where commit_ref = '${plan.seed}' order by id`)
        .catch(() => undefined);
      if (rows) return rows[0]?.id;
      await rest(LOOK_MS);
    }
  }

  private async cancel(asked: Asked, id: number): Promise<void> {
    asked.cancel = "maybe";
    const { status } = await this.ground.api.untilAnswered("POST", `/builds/${id}/cancel`);
    if (status < 300) asked.cancel = "taken";
    else if (status === 409)
      asked.cancel = "maybe"; // it had ended, perhaps by a first request that nobody answered
    else throw new Error(`POST cancel: ${status}`);
  }
}
