import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { build as buildPlist } from "plist";
import { signDownload } from "../../artifacts/download-links.ts";
import { productOf, readInstall } from "../../artifacts/install-links.ts";
import type { Services } from "../../services.ts";
import { DOWNLOAD_PARAMS } from "../downloads.ts";
import { pageHeaders } from "../html-page.ts";
import { told } from "../openapi/told.ts";
import { gonePage, type Offer, offerPage, unknownPage } from "./install-page.ts";

type Asked = FastifyRequest<{ Params: { token: string } }>;

/** What a phone is shown that scanned the code of a build, and what iOS asks for then. */
export function installPageRoutes(server: FastifyInstance, services: Services): void {
  server.get<{ Params: { token: string } }>(
    "/install/:token",
    told("A page that offers an app to a phone, at an address that was signed", {
      answer: { type: "text/html" },
      access: "anyone",
    }),
    async (request, reply) => {
      const offer = await offerOf(services, request);
      return "refused" in offer ? refuseInstall(reply, offer.refused) : html(reply, 200).send(offerPage(offer));
    },
  );

  server.get<{ Params: { token: string } }>(
    "/install/:token/manifest.plist",
    told("What iOS asks for before it installs an app", { answer: { type: "application/xml" }, access: "anyone" }),
    async (request, reply) => {
      const offer = await offerOf(services, request);
      if ("refused" in offer) return refuseInstall(reply, offer.refused);
      if (offer.kind !== "ipa") return refuseInstall(reply, 404);
      return reply.headers(pageHeaders(undefined)).type("application/xml; charset=utf-8").send(manifestOf(offer));
    },
  );
}

/** What is offered; 404 for an address that isn't ours, 410 for what was offered once. */
async function offerOf(services: Services, request: Asked): Promise<Offer | { refused: 404 | 410 }> {
  const asked = DOWNLOAD_PARAMS.safeParse(request.params);
  if (!asked.success) return { refused: 404 }; // a phone's browser is shown a page, whatever the address is
  const { token } = asked.data;
  const claims = readInstall(services, token);
  if (typeof claims === "string") return { refused: claims === "expired" ? 410 : 404 };
  const row = await services.store.artifacts.find(claims.artifact);
  const build = row && (await services.store.builds.find(row.build_id));
  if (!build || !row.stored || build.artifacts_removed_at !== null) return { refused: 410 };
  const product = productOf(row);
  return {
    kind: row.kind === "ipa" ? "ipa" : "apk",
    name: product.displayName ?? build.app_name,
    product,
    build: build.id,
    buildType: build.build_type,
    size: row.size,
    file: signDownload(services, row.id, claims.exp - services.clock.now()),
    manifest: `${services.publicUrl()}/install/${token}/manifest.plist`,
    until: new Date(claims.exp),
  };
}

/** The manifest of Apple's over-the-air installation. */
function manifestOf({ name, product, file }: Offer): string {
  const metadata = {
    "bundle-identifier": product.identifier ?? "",
    "bundle-version": product.versionName ?? product.versionCode ?? "1",
    kind: "software",
    title: withoutControlCharacters(name),
  };
  return buildPlist({ items: [{ assets: [{ kind: "software-package", url: file }], metadata }] });
}

/** XML can't hold them, and iOS would refuse the whole. */
function withoutControlCharacters(text: string): string {
  return [...text].filter((char) => char >= " " && char !== "\u007f").join("");
}

/** Says as a page that there is nothing to install (404), or nothing any more (410). */
export function refuseInstall(reply: FastifyReply, status: 404 | 410): FastifyReply {
  return html(reply, status).send(status === 410 ? gonePage() : unknownPage());
}

function html(reply: FastifyReply, status: number): FastifyReply {
  return reply.code(status).headers(pageHeaders(undefined));
}
