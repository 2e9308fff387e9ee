import { expect, test } from "vitest";
import { isTerminal } from "../../../src/controller/queue/states.ts";
import { explore, play } from "../../model/explore.ts";
import { type Machines, PRODUCTION } from "../../model/machines.ts";

const SEED = 20261121;

test("20,000 interleavings of offers, answers, crashes, cancels and lost messages break no invariant", () => {
  const result = explore(PRODUCTION, 20_000, SEED);
  expect(result.violation).toBeUndefined();
  expect(result.distinctStates).toBeGreaterThan(50_000);
});

test("the same seed plays the same run", () => {
  const states = (seed: number) => {
    const seen: string[] = [];
    play(PRODUCTION, seed, (world) => seen.push(JSON.stringify(world.builds)));
    return seen;
  };
  expect(states(7)).toEqual(states(7));
});

/** The product's machines with one bug planted. */
const PLANTED: Record<string, Partial<Machines>> = {
  "complete doesn't check the fence": {
    complete: (build, lease, outcome) =>
      PRODUCTION.complete({ ...build, leaseId: lease.id, fence: lease.fence }, { ...lease, state: "running" }, outcome),
  },
  "the fence isn't raised when a lease is granted": {
    grant: (...args) => {
      const change = PRODUCTION.grant(...args);
      return change.ok && change.lease
        ? {
            ...change,
            build: { ...change.build, fence: args[0].fence },
            lease: { ...change.lease, fence: args[0].fence },
          }
        : change;
    },
    lose: (build, lease, failure) => {
      const change = PRODUCTION.lose(build, lease, failure);
      return change.ok ? { ...change, build: { ...change.build, fence: build.fence } } : change;
    },
    lapse: (build, lease) => ({
      ok: true,
      build: { ...build, state: "queued", leaseId: null },
      lease,
      reason: "the lease is not ended",
    }),
  },
  "a cancel is forgotten when the build ends": {
    complete: (build, lease, outcome) => PRODUCTION.complete({ ...build, cancelRequested: false }, lease, outcome),
  },
  "lost builds are tried for ever": {
    lose: (build, lease, failure) => PRODUCTION.lose({ ...build, attempt: 0 }, lease, failure),
    accept: (build, lease) => {
      const change = PRODUCTION.accept(build, lease);
      return change.ok ? { ...change, build: { ...change.build, attempt: build.attempt + 1 } } : change;
    },
  },
  "an agent never lets go of a lease that is recorded": {
    advance: (held, input) =>
      input === "recorded" || input === "forget" ? { held, orders: [] } : PRODUCTION.advance(held, input),
  },
  "a claim looks at the limit but doesn't count what runs": {
    roomOf: (accounts) => PRODUCTION.roomOf(accounts.map((account) => ({ ...account, live: 0 }))),
  },
  "a claim forgets what it has just given out": {
    roomOf: (accounts) => Object.assign(PRODUCTION.roomOf(accounts), { take: () => {} }),
  },
  "an account at its limit stops all others": {
    roomOf: (accounts) => {
      const room = PRODUCTION.roomOf(accounts);
      const hasRoom = room.hasRoom.bind(room);
      room.hasRoom = (accountId) => room.full().length === 0 && hasRoom(accountId);
      return room;
    },
  },
  "builds are given out in the order in which they were asked for": {
    inOrder: () => (a, b) => a.id - b.id,
  },
  "a canceled build may change again": {
    requestCancel: (build, lease) =>
      isTerminal(build.state)
        ? { ok: true, build: { ...build, state: "canceled" }, reason: "again" }
        : PRODUCTION.requestCancel(build, lease),
  },
};

for (const [bug, change] of Object.entries(PLANTED)) {
  test(`a planted bug is found: ${bug}`, () => {
    const result = explore({ ...PRODUCTION, ...change }, 100_000, SEED);
    expect(result.violation?.what).toBeTruthy();
  });
}
