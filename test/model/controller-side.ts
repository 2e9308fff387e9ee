import { failureOf } from "../../src/base/errors/millwright-error.ts";
import { type Message, type Ref, SLOTS, Violation, type World } from "./world.ts";

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
  const room = Math.min(SLOTS - message.reports.length, SLOTS - world.liveLeases(agent.id).length);
  for (let index = 0; index < world.builds.length && granted.length < room; index += 1) {
    const { view } = world.build(index);
    if (view.state !== "queued") continue;
    const change = world.machines.grant(view, world.newLeaseId(), agent.id, agent.epoch);
    if (!world.apply(index, change) || !change.ok || !change.lease) continue;
    granted.push({ leaseId: change.lease.id, build: index, fence: change.lease.fence });
    if (world.liveLeases(agent.id).length > SLOTS) throw new Violation("an agent has more leases than slots");
  }
  return granted;
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
