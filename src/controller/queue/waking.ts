import { fits, type IdleAgent, type IdleAgents } from "../agents/idle-agents.ts";
import type { Need } from "../agents/target-platforms.ts";

/** So few are all woken. */
const FEW = 32;
/** Of more, so many of a kind: each that gets something wakes others. */
const AT_ONCE = 2;
/** While each of a kind that asks gets something, as many as got something one after the other, but no more than these. */
const MOST_AT_ONCE = 32;
/** An agent that was woken and hasn't asked after so long is taken for gone, until it asks. */
const ANSWER_MS = 500;

/** When one of a kind has looked at the queue, no heartbeat of another one is taken for a look for so long. */
const LOOKED_MS = 1000;
const MOST_KINDS = 1000;

/**
 * Wakes idle agents when the queue grew: not thousands for one build, but some that can do it and are easiest to spare.
 * Whoever then gets a build wakes others of its kind, as long as there is something to get; who doesn't answer, or can't take
 * anything, is replaced.
 * What this gets wrong costs a build the time until some agent's next heartbeat.
 */
export class Waking {
  private readonly idle: IdleAgents;
  private readonly wake: (agentId: string) => boolean;
  private readonly now: () => number;
  /** By kind, when each agent was woken that hasn't asked since. */
  private readonly woken = new Map<string, Map<string, number>>();
  /** By kind, how many in a row asked and got something. */
  private readonly inRow = new Map<string, number>();
  /** By kind, when an agent of it asked last. */
  private readonly lookedAt = new Map<string, number>();
  private timer: NodeJS.Timeout | undefined;
  /** Nobody is left of a kind that was to look: others may do what it would have done. */
  private exhausted = false;

  /** `wake` answers false for an agent that can't be woken. */
  constructor(idle: IdleAgents, wake: (agentId: string) => boolean, now: () => number) {
    this.idle = idle;
    this.wake = wake;
    this.now = now;
  }

  /** There is a build that needs this; without a need, perhaps one for each kind of agents. */
  queueGrew(need?: Need): void {
    if (this.idle.size <= FEW) {
      for (const { id } of this.idle.all()) this.wake(id);
      return;
    }
    let woken = 0;
    for (const [kind, one] of this.idle.kinds()) {
      if (need && woken >= AT_ONCE) return;
      if (!need || fits(one, need)) woken += this.wakeSome(kind);
    }
  }

  /** It asks now: what was there when it was woken, it sees. */
  asks(agentId: string, kind: string): boolean {
    if (this.lookedAt.size > MOST_KINDS) this.lookedAt.clear(); // of kinds that are no more: those that are look once more
    if (this.idle.knows(agentId)) this.lookedAt.set(kind, this.now());
    return this.woken.get(kind)?.delete(agentId) ?? false;
  }

  /**
   * Whether an idle agent's heartbeat need not be a look at the queue: there are many, it was not woken, and one that can do
   * the same has looked just now. With a build in every moment each heartbeat of a large fleet would be a look otherwise.
   */
  leavesInPeace(agentId: string): boolean {
    const agent = this.idle.get(agentId);
    if (!agent || this.idle.size <= FEW || this.woken.get(agent.kind)?.has(agentId)) return false;
    return this.now() - (this.lookedAt.get(agent.kind) ?? Number.NEGATIVE_INFINITY) < LOOKED_MS;
  }

  /** It got something, so there may be more. */
  gave(agent: Pick<IdleAgent, "kind">): void {
    this.inRow.set(agent.kind, (this.inRow.get(agent.kind) ?? 0) + 1);
    this.another(agent);
  }

  /** It could have taken something, and there was nothing for it. */
  gaveNothing({ kind }: Pick<IdleAgent, "kind">): void {
    this.inRow.delete(kind);
  }

  /** It was woken and can take nothing, so another one is to look. */
  another({ kind }: Pick<IdleAgent, "kind">): void {
    if (this.idle.size <= FEW || this.wakeSome(kind) > 0) return;
    this.exhausted = true;
    this.timer ??= setTimeout(() => this.replaceSilent(), ANSWER_MS);
  }

  close(): void {
    clearTimeout(this.timer);
  }

  /** Answers how many of the kind are woken now and haven't asked yet. */
  private wakeSome(kind: string): number {
    const woken = this.woken.get(kind) ?? new Map<string, number>();
    this.woken.set(kind, woken);
    const most = Math.min(Math.max(AT_ONCE, this.inRow.get(kind) ?? 0), MOST_AT_ONCE);
    for (const { id } of this.idle.ofKind(kind)) {
      if (woken.size >= most) break;
      if (woken.has(id)) continue;
      if (this.wake(id)) woken.set(id, this.now());
      else this.idle.forget(id); // it asks when its stream is open again
    }
    if (woken.size > 0) this.timer ??= setTimeout(() => this.replaceSilent(), ANSWER_MS);
    else this.woken.delete(kind);
    return woken.size;
  }

  private replaceSilent(): void {
    this.timer = undefined;
    const before = this.now() - ANSWER_MS;
    for (const [kind, woken] of [...this.woken]) {
      const silent = [...woken].filter(([, at]) => at <= before);
      for (const [id] of silent) {
        woken.delete(id);
        this.idle.forget(id);
      }
      if (silent.length > 0) this.exhausted = this.wakeSome(kind) === 0 || this.exhausted;
      else if (woken.size === 0) this.woken.delete(kind);
    }
    if (this.exhausted) this.queueGrew();
    this.exhausted = false;
    if (this.woken.size > 0) this.timer ??= setTimeout(() => this.replaceSilent(), ANSWER_MS);
  }
}
