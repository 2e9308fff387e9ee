import Fastify, { type FastifyError, type FastifyInstance, type FastifyReply, type FastifyRequest } from "fastify";
import { errorOf, type Failure, MillwrightError, toFailure } from "../../base/errors/millwright-error.ts";
import { formatSize } from "../../base/units.ts";
import { ArtifactBook } from "../artifacts/artifact-book.ts";
import type { Services } from "../services.ts";
import { agentRoutes } from "./api/agents.ts";
import { appRoutes } from "./api/apps.ts";
import { artifactRoutes } from "./api/artifacts.ts";
import { auditRoutes } from "./api/audit.ts";
import { buildRoutes } from "./api/builds.ts";
import { environmentRoutes } from "./api/environments.ts";
import { followRoutes } from "./api/follow.ts";
import { keyRoutes } from "./api/keys.ts";
import { nativeConfigRoutes } from "./api/native-configs.ts";
import { profileRoutes } from "./api/profiles.ts";
import { requireToken } from "./authenticate.ts";
import { healthRoutes } from "./health.ts";
import { uploadRoutes } from "./uploads.ts";

/** Of most requests; the routes that take files name their own. */
const MOST_BODY_BYTES = 2 ** 20;

const STATUS_OF_CODE: Record<string, number> = {
  UNAUTHENTICATED: 401,
  NOT_ALLOWED: 403,
  NOT_FOUND: 404,
  NAME_TAKEN: 409,
  BUILD_ALREADY_ENDED: 409,
  NO_AGENT_FOR_PLATFORM: 409,
  STALE_LEASE: 409,
  MESSAGE_REFUSED: 400,
  INTERNAL_ERROR: 500,
};

/** The HTTP side, not yet listening. Everything below /api/v1 wants a token. */
export function createHttpServer(services: Services): FastifyInstance {
  const server = Fastify({
    bodyLimit: MOST_BODY_BYTES,
    forceCloseConnections: true,
    routerOptions: { maxParamLength: 4096 },
  });
  server.setErrorHandler((error, request, reply) => {
    const known = error instanceof MillwrightError;
    const theirs = !known && isClientError(error);
    if (!known && !theirs) services.logger.error({ err: error, path: request.url }, "a request failed");
    const reason = theirs ? whatIsWrong(error as FastifyError, request) : "";
    return sendFailure(reply, theirs ? errorOf("REQUEST_INVALID", { reason }).failure : toFailure(error));
  });
  server.setNotFoundHandler((request, reply) => {
    const name = `${request.method} ${request.url.split("?")[0]}`;
    return sendFailure(
      reply,
      errorOf("NOT_FOUND", { kind: "page", name, reason: "The API begins at /api/v1." }).failure,
    );
  });
  healthRoutes(server, services);
  uploadRoutes(server, services, new ArtifactBook(services));
  void server.register(
    async (api) => {
      requireToken(api, services.authenticator);
      appRoutes(api, services);
      buildRoutes(api, services);
      followRoutes(api, services);
      artifactRoutes(api, services);
      agentRoutes(api, services);
      profileRoutes(api, services);
      environmentRoutes(api, services);
      nativeConfigRoutes(api, services);
      auditRoutes(api, services);
      keyRoutes(api, services);
    },
    { prefix: "/api/v1" },
  );
  return server;
}

function sendFailure(reply: FastifyReply, failure: Failure) {
  return reply.code(STATUS_OF_CODE[failure.code] ?? (failure.blame === "bug" ? 500 : 400)).send({ error: failure });
}

function isClientError(error: unknown): boolean {
  const status = (error as { statusCode?: number }).statusCode ?? 500;
  return status >= 400 && status < 500;
}

function whatIsWrong(error: FastifyError, request: FastifyRequest): string {
  if (error.code !== "FST_ERR_CTP_BODY_TOO_LARGE") return error.message;
  return `Its body is larger than ${formatSize(request.routeOptions.bodyLimit)}.`;
}
