import { askToSync, hear, restart, work } from "./agent-side.ts";
import { cancel, expireLease, receive } from "./controller-side.ts";
import type { Machines } from "./machines.ts";
import { Random } from "./random.ts";
import { type Message, Violation, World } from "./world.ts";

const STEPS = 40;
const OUTCOMES = ["success", "failed", "success"] as const;

export interface Exploration {
  interleavings: number;
  distinctStates: number;
  /** The first run that broke an invariant. */
  violation?: { seed: number; what: string };
}

/** Plays `count` runs, each from its own seed, and stops at the first one that breaks an invariant. */
export function explore(machines: Machines, count: number, firstSeed: number): Exploration {
  const seen = new Set<number>();
  for (let i = 0; i < count; i += 1) {
    const seed = (firstSeed + i) >>> 0;
    const what = play(machines, seed, (world) => seen.add(fingerprint(world)));
    if (what) return { interleavings: i + 1, distinctStates: seen.size, violation: { seed, what } };
  }
  return { interleavings: count, distinctStates: seen.size };
}

/** One run: random steps with every fault, then a quiet end in which everything must come to rest. Answers what broke. */
export function play(machines: Machines, seed: number, visit: (world: World) => void = () => {}): string | undefined {
  const random = new Random(seed);
  const world = someWorld(machines, random);
  try {
    for (let step = 0; step < STEPS; step += 1) {
      takeStep(world, random);
      visit(world);
    }
    comeToRest(world, random);
    return undefined;
  } catch (error) {
    if (error instanceof Violation) return error.message;
    throw error;
  }
}

/** Builds of one account or two, agents for them, and for half of the runs a limit. */
function someWorld(machines: Machines, random: Random): World {
  const accounts = 1 + random.below(2);
  const builds = Array.from({ length: 1 + random.below(3) }, () => `account-${random.below(accounts)}`);
  const limit = random.chance(0.5) ? 1 + random.below(2) : undefined;
  const world = new World(machines, builds, 1 + random.below(2), limit);
  world.slots = 1 + random.below(2);
  return world;
}

function takeStep(world: World, random: Random): void {
  const dice = random.below(100);
  const agent = random.below(world.agents.length);
  if (dice < 40 && world.network.length > 0) deliverOne(world, random);
  else if (dice < 60) askToSync(world, agent);
  else if (dice < 85) workSomewhere(world, random, agent);
  else if (dice < 90) expireOne(world, random);
  else if (dice < 94) cancel(world, random.below(world.builds.length));
  else if (dice < 97) restart(world, agent, random.chance(0.2));
  else if (dice < 98) world.limit = 1;
  else if (world.network.length > 0) world.network.splice(random.below(world.network.length), 1);
}

/** Any message that is on its way arrives; now and then it will arrive once more. */
function deliverOne(world: World, random: Random): void {
  const index = random.below(world.network.length);
  const message = world.network[index] as Message;
  if (!random.chance(0.15)) world.network.splice(index, 1);
  deliver(world, message);
}

function deliver(world: World, message: Message): void {
  if (message.kind.endsWith("-answer")) hear(world, message);
  else receive(world, message);
}

function workSomewhere(world: World, random: Random, agent: number): void {
  const leases = [...world.agent(agent).held.keys()];
  const lease = leases[random.below(Math.max(1, leases.length))];
  if (lease) work(world, agent, lease, OUTCOMES[random.below(3)] ?? "success");
}

/** The controller's clock may give up any lease at any time: that is what a partition or a slow host looks like to it. */
function expireOne(world: World, random: Random): void {
  const live = [...world.leases.values()].filter((lease) => lease.view.state !== "ended");
  const lease = live[random.below(Math.max(1, live.length))];
  if (lease) expireLease(world, lease.view.id, lease.build);
}

function comeToRest(world: World, random: Random): void {
  for (let round = 0; round < 60; round += 1) {
    while (world.network.length > 0) deliver(world, world.network.shift() as Message);
    if (isAtRest(world)) return;
    for (let agent = 0; agent < world.agents.length; agent += 1) {
      for (const lease of [...world.agent(agent).held.keys()])
        work(world, agent, lease, OUTCOMES[random.below(3)] ?? "success");
      askToSync(world, agent);
    }
    // An offer whose answer was lost lapses after its time.
    if (round % 10 === 9) {
      for (const { view, build } of [...world.leases.values()])
        if (view.state === "offered") expireLease(world, view.id, build);
    }
  }
  const builds = world.builds.map((build) => build.view.state).join(", ");
  const held = world.agents.map((agent) => agent.held.size).join(", ");
  throw new Violation(`nothing moves any more: builds ${builds}; held leases ${held}`);
}

function isAtRest(world: World): boolean {
  return (
    world.builds.every((build) => build.told !== undefined) && world.agents.every((agent) => agent.held.size === 0)
  );
}

/** A number for the state as the product sees it; different states rarely share one (32 bits). */
function fingerprint(world: World): number {
  let hash = 0x811c9dc5;
  const mix = (text: string) => {
    for (let i = 0; i < text.length; i += 1) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  };
  for (const { view } of world.builds) mix(`${view.state}${view.fence}${view.attempt}${view.cancelRequested}|`);
  for (const agent of world.agents) {
    mix(`/${agent.epoch}`);
    for (const { ref, held } of agent.held.values())
      mix(`${ref.build}.${ref.fence}${held.phase}${held.cancelRequested}${held.ended}`);
  }
  for (const message of world.network) mix(`${message.kind},`);
  return hash >>> 0;
}
