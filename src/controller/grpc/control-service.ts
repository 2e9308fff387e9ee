import type { Selectable } from "kysely";
import { errorOf } from "../../base/errors/millwright-error.ts";
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
import type { Dispatcher } from "../queue/dispatcher.ts";
import { type Directive, directiveFor } from "../queue/reconcile.ts";
import type { Services } from "../services.ts";
import type { AgentRow } from "../store/tables.ts";
import { requireAgent } from "./authenticate.ts";
import { toStatus, unary } from "./calls.ts";
import type { MissingLeases } from "./missing-leases.ts";
import { parametersOf } from "./parameters.ts";

/** Sessions, heartbeats, offers. */
export function controlService(services: Services, dispatcher: Dispatcher, missing: MissingLeases): AgentControlServer {
  const { store, presence, watchers } = services;
  return {
    openSession: unary(services, "OpenSession", async (request, call) => {
      requireAgent(services, call.metadata);
      return openSession(services, request);
    }),

    sync: unary(services, "Sync", async (request, call): Promise<SyncResponse> => {
      requireAgent(services, call.metadata);
      const agent = await store.agents.findBySession(request.sessionId);
      if (!agent || agent.session_epoch !== request.sessionEpoch) {
        return { directives: [], offers: [], nextSyncMs: 0, reopenSession: true };
      }
      presence.heard(agent.id);
      await store.agents.update(agent.id, whatItSays(services, request));
      const directives = await directivesFor(services, request.leases);
      const unheard = await missing.look(agent, request.leases);
      const ready = request.state === AgentState.AGENT_STATE_READY;
      const fresh = { ...agent, ...capabilityChange(request) };
      const granted = await dispatcher.offersFor(fresh, ready ? request.freeSlots : 0);
      if (ready) granted.push(...unheard);
      const busy = request.leases.length > 0 || granted.length > 0;
      return {
        directives,
        offers: granted.map(({ platform, ...lease }) => ({ lease, validForMs: services.timing.offerMs, platform })),
        nextSyncMs: busy ? services.timing.syncBusyMs : services.timing.syncIdleMs,
        reopenSession: false,
      };
    }),

    watch: (call) => {
      const open = async () => {
        requireAgent(services, call.metadata);
        const agent = await store.agents.findBySession(call.request.sessionId);
        if (!agent) throw errorOf("STALE_LEASE", { reason: "The session is void." });
        const remove = watchers.add(agent.id, (event) => call.write(event));
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
      requireAgent(services, call.metadata);
      const agent = await store.agents.findBySession(request.sessionId);
      if (agent) {
        await store.agents.update(agent.id, { state: "offline", reasons: JSON.stringify([request.reason]) });
        presence.gone(agent.id);
      }
      return {};
    }),
  };
}

async function openSession(services: Services, request: OpenSessionRequest): Promise<OpenSessionResponse> {
  const { store, presence, clock, timing } = services;
  if (request.protocolMax < PROTOCOL.min || request.protocolMin > PROTOCOL.max) {
    const theirs = `The agent speaks ${request.protocolMin} to ${request.protocolMax}`;
    throw errorOf("VERSION_REFUSED", { reason: `${theirs}, the controller ${PROTOCOL.min} to ${PROTOCOL.max}.` });
  }
  const other = await store.agents.findByName(request.agentName);
  if (other && other.machine_id !== request.machineId && presence.wasHeard(other.id)) {
    if (presence.silence(other.id) < timing.suspectMs && other.state !== "offline") {
      const reason = `Another machine is connected under the name ${request.agentName}. Give each host a name of its own.`;
      throw errorOf("AGENT_REFUSED", { reason });
    }
  }
  const agent = await store.agents.openSession(
    {
      name: request.agentName,
      machine_id: request.machineId,
      version: request.agentVersion,
      slots: request.slots,
      capability: JSON.stringify(request.capability ?? { platforms: [], toolchains: [], targetPlatforms: [] }),
      disk_free: request.capability?.diskFreeBytes ?? 0,
    },
    clock.now(),
  );
  presence.heard(agent.id);
  return {
    agentId: agent.id,
    sessionId: agent.session_id,
    sessionEpoch: agent.session_epoch,
    protocol: Math.min(request.protocolMax, PROTOCOL.max),
    parameters: parametersOf(services),
    directives: await directivesFor(services, request.held),
  };
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
