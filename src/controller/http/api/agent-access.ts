import type { FastifyInstance, FastifyRequest } from "fastify";
import { z } from "zod";
import { errorOf } from "../../../base/errors/millwright-error.ts";
import { newId, newSecret } from "../../../base/ids.ts";
import type { Invitation, NewInvitation } from "../../../protocol/agent-api.ts";
import { writeInvitation } from "../../../protocol/invitation-line.ts";
import { hashOfToken } from "../../accounts/tokens.ts";
import { keyState } from "../../agents/key-state.ts";
import { revokeAgent } from "../../agents/revoke.ts";
import { LeaseBook } from "../../queue/lease-book.ts";
import type { Services } from "../../services.ts";
import type { AgentKey } from "../../store/agent-key-store.ts";
import type { Invitation as Row } from "../../store/invitation-store.ts";
import { principalOf, requireOperator } from "../authenticate.ts";
import { told } from "../openapi/told.ts";
import { line, validate } from "../validate.ts";
import { AGENT_PARAMS } from "./agents.ts";

const MOST_TTL_S = 86_400;
const TTL_S = 3_600;

export const INVITATION_PARAMS = z.strictObject({ invitation: z.string() });
export const INVITATION_REQUEST = z
  .strictObject({
    name: line(100).optional(),
    ttlSeconds: z.int().min(60, "expected at least 60").max(MOST_TTL_S, "expected at most 24 hours").default(TTL_S),
    uses: z.int().min(1, "expected at least 1").max(1000, "expected at most 1000").default(1),
  })
  .refine(({ name, uses }) => name === undefined || uses === 1, "a name is for one host: uses must be 1");
export const TRUST_REQUEST = z.strictObject({ machine: line(200) });

/** Who may join as an agent, and which agent may no longer be one. For operators. */
export function agentAccessRoutes(api: FastifyInstance, services: Services): void {
  invitationRoutes(api, services);
  const { store, clock } = services;
  const leases = new LeaseBook(services);

  api.post<{ Params: { agent: string } }>(
    "/agents/:agent/revoke",
    told("Takes the key of an agent away; for operators", { status: 204 }),
    async (request, reply) => {
      const actor = operatorOf(request);
      const key = await keyOf(services, validate(AGENT_PARAMS, request.params).agent);
      if (key.revoked_at === null) await revokeAgent(services, leases, key, actor);
      return reply.code(204).send();
    },
  );

  api.post<{ Params: { agent: string } }>(
    "/agents/:agent/trust",
    told("Says which machine keeps the key of an agent in quarantine; for operators", {
      body: TRUST_REQUEST,
      status: 204,
    }),
    async (request, reply) => {
      const actor = operatorOf(request);
      const { machine } = validate(TRUST_REQUEST, request.body);
      const key = await keyOf(services, validate(AGENT_PARAMS, request.params).agent);
      const machines = keyState(key).quarantined?.machines;
      if (!machines?.includes(machine)) {
        const reason = machines ? `There are: ${machines.join(", ")}.` : "The agent isn't in quarantine.";
        throw errorOf("NOT_FOUND", { kind: "machine in quarantine", name: machine, reason });
      }
      await store.agentKeys.trust(key, machine, { actor, at: clock.now() });
      return reply.code(204).send();
    },
  );
}

function invitationRoutes(api: FastifyInstance, services: Services): void {
  const { store, clock } = services;
  api.get(
    "/agents/invitations",
    told("The invitations that a host can still join with; for operators", { answer: "Invitations" }),
    async (request) => {
      operatorOf(request);
      return { invitations: (await store.invitations.open(clock.now())).map(toInvitation) };
    },
  );

  api.post(
    "/agents/invitations",
    told("Invites a host; shows the line to run there this once; for operators", {
      body: INVITATION_REQUEST,
      status: 201,
      answer: "NewInvitation",
    }),
    async (request, reply) => {
      const actor = operatorOf(request);
      const made = await invite(services, validate(INVITATION_REQUEST, request.body), actor);
      return reply.code(201).send(made);
    },
  );

  api.delete<{ Params: { invitation: string } }>(
    "/agents/invitations/:invitation",
    told("Withdraws an invitation; for operators", { status: 204 }),
    async (request, reply) => {
      const author = { actor: operatorOf(request), at: clock.now() };
      const { invitation: id } = validate(INVITATION_PARAMS, request.params);
      if (!(await store.invitations.remove(id, author))) {
        throw errorOf("NOT_FOUND", { kind: "invitation", name: id, reason: "It was withdrawn, or has long ended." });
      }
      return reply.code(204).send();
    },
  );
}

async function invite(
  services: Services,
  wish: z.output<typeof INVITATION_REQUEST>,
  actor: string,
): Promise<NewInvitation> {
  const { store, clock, tls } = services;
  if (!tls) throw errorOf("JOIN_NEEDS_TLS");
  const now = clock.now();
  const secret = newSecret();
  const row: Row = {
    id: newId("i"),
    hash: hashOfToken(secret),
    name: wish.name ?? null,
    uses: wish.uses,
    used: 0,
    last_used_by: null,
    created_by: actor,
    created_at: now,
    expires_at: now + wish.ttlSeconds * 1000,
  };
  await store.invitations.create(row, { actor, at: now });
  return { ...toInvitation(row), line: writeInvitation({ address: services.agentsAddress(), pin: tls.pin, secret }) };
}

/** The key of an agent by its name. Throws NOT_FOUND, or AGENT_NOT_JOINED for one that shows the shared token. */
async function keyOf({ store }: Services, name: string): Promise<AgentKey> {
  const key = await store.agentKeys.ofName(name);
  if (key) return key;
  if (await store.agents.findByName(name)) throw errorOf("AGENT_NOT_JOINED", { name });
  throw errorOf("NOT_FOUND", { kind: "agent", name, reason: "See millwright agents." });
}

/** The name of who asks. Throws NOT_ALLOWED. */
function operatorOf(request: FastifyRequest): string {
  const principal = principalOf(request);
  requireOperator(principal);
  return principal.name;
}

function toInvitation(row: Row): Invitation {
  return {
    id: row.id,
    ...(row.name === null ? {} : { name: row.name }),
    uses: row.uses,
    used: row.used,
    createdBy: row.created_by,
    createdAt: new Date(row.created_at).toISOString(),
    expiresAt: new Date(row.expires_at).toISOString(),
  };
}
