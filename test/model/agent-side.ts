import type { Outcome } from "../../src/controller/queue/transitions.ts";
import type { Message, World } from "./world.ts";

/** The agent asks the controller, with all that it holds. */
export function askToSync(world: World, index: number): void {
  const agent = world.agent(index);
  const reports = [...agent.held.values()].map((entry) => entry.ref);
  world.network.push({ kind: "sync", agent: index, epoch: agent.epoch, reports });
}

/** What an agent does with an answer. */
export function hear(world: World, message: Message): void {
  if (message.kind === "sync-answer") {
    const agent = world.agent(message.agent);
    if (message.epoch !== agent.epoch) return;
    for (const { ref, action } of message.directives) {
      if (action !== "continue") world.input(agent, ref.leaseId, action as "cancel" | "abandon" | "forget");
    }
    for (const ref of message.offers) {
      world.network.push({ kind: "accept", agent: message.agent, epoch: message.epoch, ref });
    }
  } else if (message.kind === "accept-answer") {
    const agent = world.agent(message.agent);
    if (agent.held.has(message.ref.leaseId) || agent.held.size >= world.slots) return;
    agent.held.set(message.ref.leaseId, { ref: message.ref, held: world.machines.newLease, outcome: undefined });
  } else if (message.kind === "complete-answer") {
    world.input(world.agent(message.agent), message.ref.leaseId, "recorded");
  }
}

/** A held job goes one step on: it begins, ends, or says again how it ended. */
export function work(world: World, index: number, leaseId: string, outcome: Outcome["outcome"]): void {
  const agent = world.agent(index);
  const entry = agent.held.get(leaseId);
  if (!entry) return;
  const { ref, held } = entry;
  if (held.phase === "accepted") {
    world.input(agent, leaseId, "step-began");
    world.network.push({ kind: "events", agent: index, ref });
  } else if (!held.ended) {
    entry.outcome = held.cancelRequested ? "canceled" : outcome;
    world.input(agent, leaseId, "supervisor-ended");
  } else if (held.phase === "uploading") {
    world.network.push({ kind: "complete", agent: index, ref, outcome: entry.outcome ?? "failed" });
  }
}

/** The daemon is killed and started again: a new session; what the journal holds goes on, what is on the way may still come. */
export function restart(world: World, index: number, journalLost: boolean): void {
  const agent = world.agent(index);
  agent.epoch += 1;
  if (journalLost) agent.held.clear();
}
