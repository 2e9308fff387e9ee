import { failureOf } from "../../src/base/errors/millwright-error.ts";
import { type Message, PLATFORM, type Ref, Violation, type World } from "./world.ts";

/** What the controller does with a message: the same order of calls as its services, with the store replaced by the world. */
export function receive(world: World, message: Message): void {
  if (message.kind === "sync") sync(world, message);
  else if (message.kind === "accept") accept(world, message);
  else if (message.kind === "events") events(world, message.ref);
  else if (message.kind === "complete") complete(world, message);
}

function sync(world: World, message: Extract<Message, { kind: "sync" }>): void {
  const agent = world.agent(message.agent);
  if (message.epoch !== agent.epoch) return;
  const directives = message.reports.map((ref) => {
    const lease = world.leases.get(ref.leaseId);
    const known = lease && { build: world.build(lease.build).view, lease: lease.view };
    return { ref, action: world.machines.directiveFor(ref, known).action };
  });
  const held = new Set(message.reports.map((ref) => ref.leaseId));
  for (const { view, build } of world.liveLeases(agent.id)) {
    if (view.state === "offered" || held.has(view.id)) {
      agent.missed.delete(view.id);
      continue;
    }
    const count = (agent.missed.get(view.id) ?? 0) + 1;
    agent.missed.set(view.id, count);
    if (count >= 2) expireLease(world, view.id, build);
  }
  world.network.push({
    kind: "sync-answer",
    agent: message.agent,
    epoch: message.epoch,
    directives,
    offers: offers(world, message),
  });
}

function offers(world: World, message: Extract<Message, { kind: "sync" }>): Ref[] {
  const agent = world.agent(message.agent);
  const granted: Ref[] = [];
  const slots = Math.min(world.slots - message.reports.length, world.slots - world.liveLeases(agent.id).length);
  const accounts = [...new Set(world.builds.map(({ account }) => account))];
  const limited = accounts.flatMap((accountId) => {
    const { limit } = world;
    return limit === undefined ? [] : [{ accountId, limit, live: world.live(accountId) }];
  });
  const room = world.machines.roomOf(limited);
  for (const index of queueOf(world)) {
    if (granted.length >= slots) break;
    const { view, account, turn } = world.build(index);
    if (!room.hasRoom(account)) continue;
    mayBegin(world, index);
    const change = world.machines.grant(view, world.newLeaseId(), agent.id, agent.epoch);
    if (!world.apply(index, change) || !change.ok || !change.lease) continue;
    room.take(account);
    world.begun = Math.max(world.begun, turn);
    granted.push({ leaseId: change.lease.id, build: index, fence: change.lease.fence });
    if (world.liveLeases(agent.id).length > world.slots) throw new Violation("an agent has more leases than slots");
  }
  const passedOver = queueOf(world).some((index) => hasRoom(world, world.build(index).account));
  if (granted.length < slots && passedOver)
    throw new Violation("a build was passed over that an agent could have taken");
  return granted;
}

/** The waiting builds in the order in which the product gives them out. */
function queueOf(world: World): number[] {
  const waiting = world.builds.flatMap(({ view, turn }, id) =>
    view.state === "queued" ? [{ id, platform: PLATFORM, turn }] : [],
  );
  return waiting.sort(world.machines.inOrder(new Map([[PLATFORM, world.begun]]))).map(({ id }) => id);
}

/** What must hold when a build is given out: its account has room, and no other account waits with an earlier turn. */
function mayBegin(world: World, index: number): void {
  const { account, turn } = world.build(index);
  if (!hasRoom(world, account)) throw new Violation("an account has more live builds than its limit");
  const earlier = world.builds.some(
    (build) => build.view.state === "queued" && build.turn < turn && hasRoom(world, build.account),
  );
  if (earlier) throw new Violation("a build was given out before one whose turn is earlier");
}

function hasRoom(world: World, account: string): boolean {
  return world.limit === undefined || world.live(account) < world.limit;
}

function accept(world: World, message: Extract<Message, { kind: "accept" }>): void {
  const lease = world.leases.get(message.ref.leaseId);
  if (!lease || message.epoch !== world.agent(message.agent).epoch) return;
  const taken = world.apply(lease.build, world.machines.accept(world.build(lease.build).view, lease.view));
  if (taken) world.network.push({ kind: "accept-answer", agent: message.agent, ref: message.ref });
}

function events(world: World, ref: Ref): void {
  const lease = world.leases.get(ref.leaseId);
  if (!lease || lease.view.fence !== ref.fence) return;
  if (world.apply(lease.build, world.machines.progress(world.build(lease.build).view, lease.view))) {
    world.wrote(lease.build, ref.fence);
  }
}

function complete(world: World, message: Extract<Message, { kind: "complete" }>): void {
  const { ref, outcome, agent } = message;
  const lease = world.leases.get(ref.leaseId);
  const answer = { kind: "complete-answer" as const, agent, ref };
  if (!lease || lease.view.ended === "completed") return void world.network.push(answer);
  const failure = outcome === "failed" ? failureOf("DISK_FULL") : null;
  const change = world.machines.complete(world.build(lease.build).view, lease.view, {
    outcome,
    failure,
    retryable: outcome === "failed",
  });
  if (world.apply(lease.build, change)) world.wrote(lease.build, ref.fence);
  world.network.push(answer);
}

/** The controller gives a lease up: an offer nobody took, or an agent that is gone. */
export function expireLease(world: World, leaseId: string, build: number): void {
  const lease = world.leases.get(leaseId);
  if (!lease) return;
  const { view } = world.build(build);
  const lost = failureOf("AGENT_LOST", { agent: lease.view.agentId, silence: "5 min" });
  const change =
    lease.view.state === "offered"
      ? world.machines.lapse(view, lease.view, "not taken in time")
      : world.machines.lose(view, lease.view, lost);
  world.apply(build, change);
}

/** A person cancels a build. */
export function cancel(world: World, index: number): void {
  const build = world.build(index);
  const lease = build.view.leaseId === null ? undefined : world.leases.get(build.view.leaseId)?.view;
  const change = world.machines.requestCancel(build.view, lease);
  if (!change.ok) return;
  build.cancelAsked = true;
  world.apply(index, change);
}
