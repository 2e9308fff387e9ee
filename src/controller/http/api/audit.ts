import type { FastifyInstance } from "fastify";
import type { Selectable } from "kysely";
import { z } from "zod";
import { AUDIT_KINDS, type AuditAction, type AuditEntry, type AuditKind } from "../../../protocol/audit-api.ts";
import type { Services } from "../../services.ts";
import type { AuditFilter } from "../../store/audit-store.ts";
import type { AuditRow } from "../../store/tables.ts";
import { accountOf, scopeOfRequest } from "../account-choice.ts";
import { principalOf } from "../authenticate.ts";
import { told } from "../openapi/told.ts";
import { validate } from "../validate.ts";

const PAGE = 50;

export const AUDIT_QUERY = z.strictObject({
  account: z.string().optional(),
  kind: z.enum(AUDIT_KINDS).optional(),
  name: z.string().optional(),
  build: z.coerce.number().int().positive().optional(),
  before: z.coerce.number().int().positive().optional(),
  limit: z.coerce.number().int().min(1).max(1000).default(PAGE),
});

/** Who changed and who used what holds secrets. */
export function auditRoutes(api: FastifyInstance, services: Services): void {
  api.get(
    "/audit",
    told("Who asked for what, who changed what, and who used which secrets, the newest first", {
      query: AUDIT_QUERY,
      answer: "Audit",
    }),
    async (request) => {
      const { account: _, ...query } = validate(AUDIT_QUERY, request.query);
      const principal = principalOf(request);
      const scope = principal.operator
        ? await scopeOfRequest(services, request)
        : [await accountOf(services, request, "manage")];
      const rows = await services.store.audit.list({
        ...query,
        accounts: scope,
        limit: query.limit + 1,
      } as AuditFilter);
      const page = rows.slice(0, query.limit);
      const next = rows.length > page.length ? { next: page.at(-1)?.id } : {};
      return { entries: page.map(toEntry), ...next };
    },
  );
}

function toEntry(row: Selectable<AuditRow>): AuditEntry {
  const { id, actor, name, detail } = row;
  return {
    id,
    at: new Date(row.at).toISOString(),
    actor,
    action: row.action as AuditAction,
    kind: row.kind as AuditKind,
    name,
    ...(row.build_id === null ? {} : { build: row.build_id }),
    ...(row.lease_id === null ? {} : { lease: row.lease_id }),
    ...(row.attempt === null ? {} : { attempt: row.attempt }),
    ...(row.step === null ? {} : { step: row.step }),
    detail,
    ...(row.seq === null || row.hash === null ? {} : { seq: row.seq, hash: row.hash }),
  };
}
