import type { Selectable } from "kysely";
import { errorOf, type MillwrightError } from "../../base/errors/millwright-error.ts";
import {
  type AgentControlServer,
  AgentState,
  type LeaseDirective,
  LeaseDirective_Action,
  type LeaseReport,
  type OpenSessionRequest,
  type OpenSessionResponse,
  type SyncRequest,
  type SyncResponse,
} from "../../protocol/generated/millwright/agent/v1/agent.ts";
import { PROTOCOL } from "../../protocol/version.ts";
import { sameMachine } from "../agents/machine-mark.ts";
import { requireOwnHost } from "../agents/own-host.ts";
import type { Dispatcher } from "../queue/dispatcher.ts";
import { type Directive, directiveFor } from "../queue/reconcile.ts";
import type { Services } from "../services.ts";
import type { AgentRow } from "../store/tables.ts";
import { type AgentCaller, agentOfSession, requireAgent } from "./authenticate.ts";
import { toStatus, unary } from "./calls.ts";
import type { Call } from "./client-certificate.ts";
import { idlePaceMs } from "./idle-pace.ts";
import { LATER_MS, Looks } from "./looks.ts";
import type { MissingLeases } from "./missing-leases.ts";
import { parametersOf } from "./parameters.ts";
import { requireCommonProtocol } from "./protocol-range.ts";
import { QuietAgents } from "./quiet-agents.ts";

/** Such an agent gets no builds, and people see why. */
const IN_QUARANTINE = {
  state: "unhealthy",
  reasons: JSON.stringify(["Its key is in use on two hosts: millwright agents says which, and what to do."]),
};

/** Sessions, heartbeats, offers. */
export function controlService(services: Services, dispatcher: Dispatcher, missing: MissingLeases): AgentControlServer {
  const { store, presence, watchers } = services;
  const quiet = new QuietAgents(services, dispatcher);
  const looks = new Looks();
  return {
    openSession: unary(services, "OpenSession", async (request, call) => {
      const caller = await requireAgent(services, call);
      const before = caller.key && (await store.agents.find(caller.key.agent_id));
      dispatcher.arrived();
      return openSession(services, caller, request).finally(() => quiet.forget(before?.session_id));
    }),

    sync: unary(services, "Sync", async (request, call): Promise<SyncResponse> => {
      if (await quiet.hears(request, call)) {
        return { directives: [], offers: [], nextSyncMs: idlePaceMs(services), reopenSession: false };
      }
      const queue = dispatcher.version;
      const caller = await requireAgent(services, call);
      const agent = await agentOfSession(services, caller, request.sessionId);
      if (!agent || agent.session_epoch !== request.sessionEpoch) {
        return { directives: [], offers: [], nextSyncMs: 0, reopenSession: true };
      }
      presence.heard(agent.id);
      const look = () => fullLook(services, dispatcher, missing, quiet, { request, call, caller, agent, queue });
      if (request.leases.length > 0) return look(); // what it holds is kept from lapsing
      const later = { directives: [], offers: [], nextSyncMs: LATER_MS, reopenSession: false };
      return (await looks.among(look)) ?? later;
    }),

    watch: (call) => {
      const open = async () => {
        const caller = await requireAgent(services, call);
        const agent = await agentOfSession(services, caller, call.request.sessionId);
        if (!agent) throw errorOf("STALE_LEASE", { reason: "The session is void." });
        const cut = (why: MillwrightError) => call.emit("error", toStatus(services, "Watch", why));
        const remove = watchers.add(agent.id, { send: (event) => call.write(event), cut });
        services.metrics.agentsConnected.inc();
        call.once("close", () => {
          remove();
          services.metrics.agentsConnected.dec();
        });
        call.on("cancelled", () => call.end());
        // What happened between the last Sync and this stream would be missed without it.
        call.write({ event: { $case: "syncNow", value: true } });
      };
      call.on("error", () => {}); // the other side went away: "close" follows and does the work
      open().catch((error: unknown) => call.emit("error", toStatus(services, "Watch", error)));
    },

    closeSession: unary(services, "CloseSession", async (request, call) => {
      const caller = await requireAgent(services, call);
      const agent = await agentOfSession(services, caller, request.sessionId);
      if (agent) {
        await store.agents.update(agent.id, { state: "offline", reasons: JSON.stringify([request.reason]) });
        presence.gone(agent.id);
      }
      return {};
    }),
  };
}

interface Asking {
  request: SyncRequest;
  call: Call;
  caller: AgentCaller;
  agent: Selectable<AgentRow>;
  /** The dispatcher's version from before anything was looked at. */
  queue: number;
}

/** What an agent that says something new, or may find something new, is answered. */
async function fullLook(
  services: Services,
  dispatcher: Dispatcher,
  missing: MissingLeases,
  quiet: QuietAgents,
  { request, call, caller, agent, queue }: Asking,
): Promise<SyncResponse> {
  const directives = await directivesFor(services, request.leases);
  const { again, live } = await missing.look(agent, request.leases);
  const trusted = caller.key === undefined || caller.key.quarantined_at === null;
  const said = { ...whatItSays(services, request), ...(trusted ? {} : IN_QUARANTINE) };
  if (!quiet.isKnown(agent, caller, said)) await services.store.agents.update(agent.id, said);
  const ready = trusted && request.state === AgentState.AGENT_STATE_READY;
  const fresh = { ...agent, ...capabilityChange(request) };
  const granted = await dispatcher.offersFor(fresh, ready ? request.freeSlots : 0);
  if (ready) granted.push(...again);
  if (live === 0 && granted.length === 0) quiet.remember(agent.id, caller, request, call, queue);
  const busy = request.leases.length > 0 || granted.length > 0;
  return {
    directives,
    offers: granted.map(({ platform, ...lease }) => ({ lease, validForMs: services.timing.offerMs, platform })),
    nextSyncMs: busy ? services.timing.syncBusyMs : idlePaceMs(services),
    reopenSession: false,
  };
}

async function openSession(
  services: Services,
  { key }: AgentCaller,
  request: OpenSessionRequest,
): Promise<OpenSessionResponse> {
  const { store, presence, clock } = services;
  requireCommonProtocol(request);
  if (key) await requireOwnHost(services, key, request);
  else await requireFreeName(services, request);
  const agent = await store.agents.openSession(
    {
      name: key?.name ?? request.agentName,
      machine_id: request.machineId,
      version: request.agentVersion,
      slots: request.slots,
      capability: JSON.stringify(request.capability ?? { platforms: [], toolchains: [], targetPlatforms: [] }),
      disk_free: request.capability?.diskFreeBytes ?? 0,
    },
    clock.now(),
    key?.agent_id,
  );
  presence.heard(agent.id);
  return {
    agentId: agent.id,
    sessionId: agent.session_id,
    sessionEpoch: agent.session_epoch,
    protocol: Math.min(request.protocolMax, PROTOCOL.max),
    parameters: parametersOf(services),
    directives: await directivesFor(services, request.held),
    specKeys: [...services.specKeys.chain],
  };
}

/** Agents that share a token are told apart by their names only. Throws AGENT_REFUSED. */
async function requireFreeName({ store, presence, timing }: Services, request: OpenSessionRequest): Promise<void> {
  const { agentName: name, machineId } = request;
  if (await store.agentKeys.ofName(name)) {
    const reason = `${name} is an agent with a key of its own, which this host doesn't show.`;
    throw errorOf("AGENT_REFUSED", { reason });
  }
  const other = await store.agents.findByName(name);
  if (!other || other.state === "offline" || !presence.wasHeard(other.id)) return;
  if (sameMachine(other.machine_id, machineId) || presence.silence(other.id) >= timing.suspectMs) return;
  const reason = `Another machine is connected under the name ${name}. Give each host a name of its own.`;
  throw errorOf("AGENT_REFUSED", { reason });
}

async function directivesFor(services: Services, reports: readonly LeaseReport[]): Promise<LeaseDirective[]> {
  const directives: LeaseDirective[] = [];
  for (const { lease } of reports) {
    if (!lease) continue;
    const directive = directiveFor(lease, await services.store.leases.view(lease.leaseId));
    directives.push(toMessage(lease, directive, services.timing.leaseTtlMs));
  }
  return directives;
}

/** A directive as it is sent. */
export function toMessage(lease: LeaseDirective["lease"], directive: Directive, validForMs: number): LeaseDirective {
  const action = {
    continue: LeaseDirective_Action.ACTION_CONTINUE,
    cancel: LeaseDirective_Action.ACTION_CANCEL,
    abandon: LeaseDirective_Action.ACTION_ABANDON,
    forget: LeaseDirective_Action.ACTION_FORGET,
  }[directive.action];
  return { lease, action, reason: "reason" in directive ? directive.reason : "", validForMs };
}

function whatItSays(services: Services, request: SyncRequest): Partial<AgentRow> {
  const state = {
    [AgentState.AGENT_STATE_DRAINING]: "draining",
    [AgentState.AGENT_STATE_UNHEALTHY]: "unhealthy",
  }[request.state as number];
  return {
    state: state ?? "ready",
    reasons: JSON.stringify(request.unhealthyReasons),
    disk_free: request.diskFreeBytes,
    last_contact_at: services.clock.now(),
    ...capabilityChange(request),
  };
}

function capabilityChange(request: SyncRequest): Partial<Selectable<AgentRow>> {
  return request.capability ? { capability: JSON.stringify(request.capability) } : {};
}
