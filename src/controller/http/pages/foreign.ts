import type { FastifyRequest } from "fastify";
import { errorOf } from "../../../base/errors/millwright-error.ts";
import { PAGE_HEADER } from "../../../protocol/page-api.ts";
import type { Services } from "../../services.ts";

/** Of a request that a browser makes because somebody opened an address there, or followed a link of our own page. */
const OWN_SITES: readonly unknown[] = [undefined, "same-origin", "none"];

/**
 * Throws PAGE_REQUEST_FOREIGN unless our own page made the request: it sends a header that other sites can't, and comes from
 * our own address. Without the header only files may be opened, as links do, and not by other sites.
 */
export function refuseForeign(services: Pick<Services, "publicUrl">, request: FastifyRequest): void {
  refuseForeignOrigin(services, request);
  if (request.headers[PAGE_HEADER] === "1") return;
  const { told } = request.routeOptions.config;
  const opensFile = request.method === "GET" && typeof told === "object" && told.file === true;
  if (opensFile && OWN_SITES.includes(request.headers["sec-fetch-site"])) return;
  throw errorOf("PAGE_REQUEST_FOREIGN", { reason: `It has no header ${PAGE_HEADER}, which the page sends.` });
}

/** Throws PAGE_REQUEST_FOREIGN when a browser says that the request comes from another site. */
export function refuseForeignOrigin({ publicUrl }: Pick<Services, "publicUrl">, request: FastifyRequest): void {
  const { origin } = request.headers;
  if (origin === undefined) return;
  const own = [request.host, new URL(publicUrl()).host];
  if (URL.canParse(origin) && own.includes(new URL(origin).host)) return;
  throw errorOf("PAGE_REQUEST_FOREIGN", { reason: `It comes from ${JSON.stringify(origin.slice(0, 200))}.` });
}
