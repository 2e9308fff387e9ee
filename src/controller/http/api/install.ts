import type { FastifyInstance } from "fastify";
import { errorOf } from "../../../base/errors/millwright-error.ts";
import { signInstall, whyNotInstallable } from "../../artifacts/install-links.ts";
import type { Services } from "../../services.ts";
import { principalOf } from "../authenticate.ts";
import { told } from "../openapi/told.ts";
import { refuseRemoved } from "../send-artifact.ts";
import { findArtifact } from "./artifacts.ts";

/** Offering an app file to phones. */
export function installRoutes(api: FastifyInstance, services: Services): void {
  api.post<{ Params: { id: string; artifact: string } }>(
    "/builds/:id/artifacts/:artifact/install",
    told("The address of a page that offers an apk or ipa to a phone, good for an hour", {
      status: 201,
      answer: "InstallLink",
    }),
    async (request, reply) => {
      const { build, row } = await findArtifact(services, request);
      const reason = whyNotInstallable(build, row);
      if (reason) throw errorOf("ARTIFACT_NOT_INSTALLABLE", { name: row.name, reason });
      await refuseRemoved(services, row);
      const { account_id: account, app_name: name } = build;
      const at = services.clock.now();
      const shared = { at, actor: principalOf(request).name, account, action: "shared", kind: "build", name } as const;
      await services.store.audit.add({ ...shared, detail: `a link to ${row.name}` }, { build_id: build.id });
      return reply.code(201).send(signInstall(services, row.id));
    },
  );
}
