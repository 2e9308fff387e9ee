import type { Selectable } from "kysely";
import { AgentState, type SyncRequest } from "../../protocol/generated/millwright/agent/v1/agent.ts";
import type { Dispatcher } from "../queue/dispatcher.ts";
import type { Services } from "../services.ts";
import type { AgentRow } from "../store/tables.ts";
import { type AgentCaller, bearer } from "./authenticate.ts";
import { type Call, requireCertificate } from "./client-certificate.ts";

/** Also of an agent that says nothing new all is looked at from time to time: nothing that was missed is missed for longer. */
const FULL_LOOK_MS = 300_000;
/** The store knows of an agent's last contact when it is no older. */
const CONTACT_MS = 60_000;
/** A disk that changed by less is no news. */
const DISK_BYTES = 2 ** 30;

/** The last exchange of an idle agent, after which nothing was left to do. */
interface Exchange {
  agentId: string;
  epoch: number;
  caller: Extract<AgentCaller, { until: number }>;
  token: string;
  freeSlots: number;
  disk: number;
  queue: number;
  /** How many keys of agents had been replaced. */
  keys: number;
  /** On the monotonic clock. */
  at: number;
}

/**
 * Heartbeats of idle agents that say what the one before said, while nothing came into the queue that they are to look for: the
 * store has nothing to add to the answer. Only where no other controller changes the store; and not of agents that share a token.
 */
export class QuietAgents {
  private readonly services: Services;
  private readonly dispatcher: Dispatcher;
  private readonly exchanges = new Map<string, Exchange>();

  constructor(services: Services, dispatcher: Dispatcher) {
    this.services = services;
    this.dispatcher = dispatcher;
  }

  /** Whether the request is such a heartbeat; it counts as heard then. Throws CLIENT_CERTIFICATE_REFUSED. */
  async hears(request: SyncRequest, call: Call): Promise<boolean> {
    const last = this.exchanges.get(request.sessionId);
    if (!last) return false;
    const { clock, presence, store } = this.services;
    const agent = await store.agents.findBySession(request.sessionId);
    const holds =
      agent?.session_epoch === last.epoch &&
      agent.state === "ready" &&
      saysNothingNew(last, request) &&
      last.token === bearer(call.metadata) &&
      last.caller.until >= clock.now() &&
      this.dispatcher.hasNothingFor(last.agentId, last.queue) &&
      last.keys === store.agentKeys.replaced &&
      clock.monotonic() - last.at < FULL_LOOK_MS &&
      presence.wasHeard(last.agentId) &&
      this.dispatcher.isIdle(last.agentId);
    if (!holds) {
      this.exchanges.delete(request.sessionId);
      return false;
    }
    requireCertificate(this.services, call, last.caller.key);
    presence.heard(last.agentId);
    return true;
  }

  /** All of this request was looked at, and nothing was left to do. `queue` is the dispatcher's version from before that. */
  remember(agentId: string, caller: AgentCaller, request: SyncRequest, call: Call, queue: number): void {
    if (this.services.replicas.shared || !caller.key || !isIdle(request) || !this.dispatcher.isIdle(agentId)) return;
    const { sessionEpoch: epoch, freeSlots, diskFreeBytes: disk } = request;
    const at = this.services.clock.monotonic();
    const keys = this.services.store.agentKeys.replaced;
    const token = bearer(call.metadata);
    this.exchanges.set(request.sessionId, { agentId, epoch, caller, token, freeSlots, disk, queue, keys, at });
  }

  /** Whether the store would learn nothing from what an agent says but that it said it. */
  isKnown(agent: Selectable<AgentRow>, caller: AgentCaller, said: Partial<AgentRow>): boolean {
    if (this.services.replicas.shared || !caller.key || said.capability !== undefined) return false;
    const same = said.state === agent.state && said.reasons === agent.reasons;
    const diskChange = Math.abs((said.disk_free ?? 0) - agent.disk_free);
    return same && diskChange < DISK_BYTES && this.services.clock.now() - agent.last_contact_at < CONTACT_MS;
  }

  /** What is known of this session holds no longer. */
  forget(sessionId: string | undefined): void {
    this.exchanges.delete(sessionId ?? "");
  }
}

function isIdle({ state, leases, unhealthyReasons, capability }: SyncRequest): boolean {
  const says = leases.length + unhealthyReasons.length;
  return state === AgentState.AGENT_STATE_READY && says === 0 && capability === undefined;
}

function saysNothingNew(last: Exchange, request: SyncRequest): boolean {
  const { sessionEpoch, freeSlots, diskFreeBytes } = request;
  const same = sessionEpoch === last.epoch && freeSlots === last.freeSlots;
  return same && isIdle(request) && Math.abs(diskFreeBytes - last.disk) < DISK_BYTES;
}
