import { z } from "zod";
import type { AgentKeyState, Invitation, NewInvitation } from "../../../protocol/agent-api.ts";
import { maybe, time } from "./fields.ts";

const text = z.string();

export const INVITATION = z.strictObject({
  id: text,
  name: maybe(text),
  uses: z.int(),
  used: z.int(),
  createdBy: text,
  createdAt: time,
  expiresAt: time,
}) satisfies z.ZodType<Invitation>;

export const NEW_INVITATION = INVITATION.extend({ line: text }) satisfies z.ZodType<NewInvitation>;

export const AGENT_KEY = z.strictObject({
  joinedAt: time,
  madeAt: time,
  replacing: maybe(z.literal(true)),
  hostname: text,
  lastUsedAt: maybe(time),
  revoked: maybe(z.strictObject({ at: time, by: text })),
  quarantined: maybe(z.strictObject({ since: time, machines: z.array(text) })),
}) satisfies z.ZodType<AgentKeyState>;
