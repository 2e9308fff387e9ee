import { newId } from "../../base/ids.ts";
import type { Services } from "../services.ts";
import type { NewPush, Push } from "../store/push-store.ts";
import { actOnPush } from "./act.ts";
import { branchesOf, type MovedBranch, movedBranches, pointHead } from "./branches.ts";

const OWN_REMOTE = "own remote";

/** Of branches that are pushed at once, so many begin builds: a whole history may be pushed with all its branches. */
export const MOST_BRANCHES_AT_ONCE = 20;

/** How often it is looked for pushes that another controller left, and how long one may take to act on a push. */
const LOOK_MS = 300_000;
const ACTING_MS = 60_000;

/** A push that a git host told of. */
export type ToldPush = Pick<NewPush, "delivery" | "source" | "branch" | "sha" | "before_sha" | "note" | "pushed_by">;

/** A push as it was acted upon. */
export interface ActedPush extends Push {
  /** It was told of before, and nothing was done now. */
  repeated: boolean;
}

/**
 * Turns pushes into builds, those of one app one after the other. A push is recorded before it is acted upon: what a
 * crash broke off is taken up at the next start.
 */
export class PushBook {
  private readonly services: Services;
  private readonly lines = new Map<string, Promise<unknown>>();
  private resuming: Promise<void> = Promise.resolve();
  private timer: NodeJS.Timeout | undefined;
  private closed = false;

  constructor(services: Services) {
    this.services = services;
  }

  /** Compares the app's own remote with what is recorded, and acts on every branch that was pushed since. */
  look(appId: string, pushedBy = ""): Promise<Push[]> {
    return this.inLine(appId, async () => {
      const { store, repositories } = this.services;
      if (!repositories.has(appId) || !(await store.apps.find(appId))) return [];
      const now = await branchesOf(repositories, appId);
      const pushes: Push[] = [];
      for (const moved of movedBranches(await store.pushes.refs(appId), now)) {
        const push = await store.pushes.moved(appId, this.pushTo(moved, pushedBy, pushes.length));
        if (push) pushes.push(push);
      }
      if (pushes.length > 0) await pointHead(repositories, appId, now);
      const acted: Push[] = [];
      for (const push of pushes) acted.push(await this.act(push));
      return acted;
    });
  }

  /** Records a push that a git host told of, and acts on it unless it was told of before. */
  tell(appId: string, told: ToldPush): Promise<ActedPush> {
    return this.inLine(appId, async () => {
      const { store, clock } = this.services;
      const { push, isNew } = await store.pushes.told(appId, { ...told, at: clock.now(), outcome: "" });
      const acted = push.outcome === "" ? await this.act(push) : push;
      return { ...acted, repeated: !isNew };
    });
  }

  /**
   * Takes up what was pushed or recorded, and not acted upon, when the controller last stopped. Of several controllers the
   * one that leads does it, and goes on looking for what others that died left.
   */
  start(): void {
    const { replicas } = this.services;
    replicas.onLead(() => this.takeUp());
    if (replicas.shared) this.timer = setInterval(() => replicas.leads() && this.takeUp(), LOOK_MS);
  }

  private takeUp(): void {
    if (this.closed) return;
    this.resuming = this.resuming
      .then(() => this.resume())
      .catch((error: unknown) => {
        if (!this.closed)
          this.services.logger.error({ err: error }, "pushes of before the start could not be taken up");
      });
  }

  /** Resolves when nothing is under way any more; what comes later is left for the next start. */
  async stop(): Promise<void> {
    this.closed = true;
    clearInterval(this.timer);
    await Promise.all([this.resuming, ...this.lines.values()]);
  }

  private async resume(): Promise<void> {
    const { store, clock, replicas } = this.services;
    const newest = replicas.shared ? clock.now() - ACTING_MS : Number.POSITIVE_INFINITY;
    for (const { id, app_id: appId, at } of await store.pushes.unfinished()) {
      if (at > newest) continue; // another controller is about to act on it
      await this.inLine(appId, async () => {
        const push = await store.pushes.find(id); // a redelivery may have come first
        if (push?.outcome === "") await this.act(push);
      });
    }
    for (const app of await store.apps.list("all")) if (app.own_remote === 1) await this.lookQuietly(app.id);
  }

  /** One repository that can't be read doesn't keep the others waiting. */
  private async lookQuietly(appId: string): Promise<void> {
    await this.look(appId).catch((error: unknown) => {
      if (this.closed) throw error;
      this.services.logger.error({ err: error, app: appId }, "the remote of an app could not be looked at");
    });
  }

  private async act(push: Push): Promise<Push> {
    const { store, logger } = this.services;
    try {
      const outcome = push.outcome || (await actOnPush(this.services, push));
      await store.pushes.finish(push.id, outcome);
      logger.info({ app: push.app_id, branch: push.branch, commit: push.sha, outcome }, "a push was acted upon");
      return { ...push, outcome };
    } catch (error) {
      logger.error({ err: error, push: push.id }, "a push could not be acted upon; the next start tries again");
      return push;
    }
  }

  private pushTo({ branch, sha, before, note }: MovedBranch, pushedBy: string, number: number): NewPush {
    const tooMany = number >= MOST_BRANCHES_AT_ONCE;
    return {
      delivery: newId("p"),
      source: OWN_REMOTE,
      branch,
      sha,
      before_sha: before,
      note,
      pushed_by: pushedBy,
      at: this.services.clock.now(),
      outcome: tooMany ? `ignored: more than ${MOST_BRANCHES_AT_ONCE} branches were pushed at once` : "",
    };
  }

  /** Runs the work of one app after its earlier work. Throws what the work throws. */
  private async inLine<T>(appId: string, work: () => Promise<T>): Promise<T> {
    if (this.closed) throw new Error("the controller is stopping");
    const mine = (this.lines.get(appId) ?? Promise.resolve()).then(work);
    const settled = mine.catch(() => undefined); // told to who asked
    this.lines.set(appId, settled);
    try {
      return await mine;
    } finally {
      if (this.lines.get(appId) === settled) this.lines.delete(appId);
    }
  }
}
