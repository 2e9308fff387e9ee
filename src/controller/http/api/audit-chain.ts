import type { FastifyInstance } from "fastify";
import { z } from "zod";
import type { ChainPage } from "../../../protocol/audit-chain.ts";
import { readAnchor } from "../../audit/anchor.ts";
import type { Services } from "../../services.ts";
import { entryOf } from "../../store/audit-chaining.ts";
import { principalOf, requireOperator } from "../authenticate.ts";
import { told } from "../openapi/told.ts";
import { validate } from "../validate.ts";

const PAGE = 1000;

export const AUDIT_CHAIN_QUERY = z.strictObject({
  after: z.coerce.number().int().min(0).default(0),
  limit: z.coerce.number().int().min(1).max(5000).default(PAGE),
});

/** The whole audit in the order of its chain, for who wants to follow it. */
export function auditChainRoutes(api: FastifyInstance, services: Services): void {
  const { audit } = services.store;
  api.get(
    "/audit/chain",
    told("The audit in the order of its chain, with numbers and hashes; for operators", {
      query: AUDIT_CHAIN_QUERY,
      answer: "AuditChain",
    }),
    async (request): Promise<ChainPage> => {
      requireOperator(principalOf(request));
      const { after, limit } = validate(AUDIT_CHAIN_QUERY, request.query);
      if (after === 0) await audit.seal(); // who looks now finds what happened a moment ago
      const anchor = readAnchor(services.dataFolder);
      const rows = await audit.chain(after, limit);
      const head = await audit.head();
      return {
        entries: rows.map(entryOf),
        ...(rows.length === limit ? { next: rows.at(-1)?.seq as number } : {}),
        ...(head ? { head } : {}),
        ...(anchor ? { anchor } : {}),
        unchained: await audit.unchained(),
      };
    },
  );
}
