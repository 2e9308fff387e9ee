import type { RequestListener, Server } from "node:http";
import fastifyCookie from "@fastify/cookie";
import Fastify, { type FastifyError, type FastifyInstance, type FastifyReply, type FastifyRequest } from "fastify";
import { errorOf, type Failure, MillwrightError, toFailure } from "../../base/errors/millwright-error.ts";
import { formatSize } from "../../base/units.ts";
import { TooManyLogins } from "../accounts/logins.ts";
import { ArtifactBook } from "../artifacts/artifact-book.ts";
import type { PushBook } from "../pushes/push-book.ts";
import type { Services } from "../services.ts";
import { agentAccessRoutes } from "./api/agent-access.ts";
import { agentRoutes } from "./api/agents.ts";
import { appRoutes } from "./api/apps.ts";
import { artifactRoutes } from "./api/artifacts.ts";
import { auditRoutes } from "./api/audit.ts";
import { auditChainRoutes } from "./api/audit-chain.ts";
import { automationRoutes } from "./api/automations.ts";
import { timingRoutes } from "./api/build-timing.ts";
import { buildRoutes } from "./api/builds.ts";
import { changeRoutes } from "./api/changes.ts";
import { deliveryRoutes } from "./api/deliveries.ts";
import { environmentRoutes } from "./api/environments.ts";
import { explainRoutes } from "./api/explain.ts";
import { followRoutes } from "./api/follow.ts";
import { installRoutes } from "./api/install.ts";
import { keyRoutes } from "./api/keys.ts";
import { logQueryRoutes } from "./api/log-queries.ts";
import { maintenanceRoutes } from "./api/maintenance.ts";
import { nativeConfigRoutes } from "./api/native-configs.ts";
import { peopleRoutes } from "./api/people.ts";
import { profileRoutes } from "./api/profiles.ts";
import { pushRoutes } from "./api/pushes.ts";
import { loginRoute } from "./api/session.ts";
import { targetPlatformRoutes } from "./api/target-platforms.ts";
import { webhookRoutes } from "./api/webhooks.ts";
import { requireToken } from "./authenticate.ts";
import { closeGently } from "./closing.ts";
import { downloadRoutes } from "./downloads.ts";
import { measureRequests } from "./durations.ts";
import { gitRoutes } from "./git/routes.ts";
import { healthRoutes } from "./health.ts";
import { hookRoutes } from "./hooks/routes.ts";
import { refusalOf } from "./ionic/envelope.ts";
import { ionicApi } from "./ionic/ionic-api.ts";
import { oauthRoutes } from "./oauth/oauth-routes.ts";
import { documentRoute } from "./openapi/document.ts";
import { tokenOfCookie } from "./pages/cookie.ts";
import { refuseInstall } from "./pages/install.ts";
import { pageRoutes } from "./pages/routes.ts";
import { keepAnswersPrivate } from "./private-answers.ts";
import { uploadRoutes } from "./uploads.ts";

/** Of most requests; the routes that take files name their own. */
const MOST_BODY_BYTES = 2 ** 20;

const STATUS_OF_CODE: Record<string, number> = {
  UNAUTHENTICATED: 401,
  LOGIN_REFUSED: 401,
  LOGIN_NEEDED: 403,
  PAGE_REQUEST_FOREIGN: 403,
  ARTIFACT_NOT_INSTALLABLE: 409,
  LAST_ADMIN: 409,
  TOO_MANY_LOGINS: 429,
  NOT_ALLOWED: 403,
  NOT_FOUND: 404,
  NOT_OFFERED: 404,
  NAME_TAKEN: 409,
  BUILD_ALREADY_ENDED: 409,
  NO_AGENT_FOR_PLATFORM: 409,
  STALE_LEASE: 409,
  MESSAGE_REFUSED: 400,
  COMMIT_NOT_PUSHED: 404,
  REMOTE_ELSEWHERE: 404,
  GIT_UNAVAILABLE: 409,
  HOOK_NOT_VERIFIED: 401,
  BODY_TOO_SLOW: 408,
  ARTIFACT_REMOVED: 410,
  LOG_REMOVED: 410,
  DOWNLOAD_EXPIRED: 410,
  DOWNLOAD_UNKNOWN: 404,
  STORE_UNREACHABLE: 503,
  STORE_BUSY: 503,
  BLOBS_UNREACHABLE: 503,
  BLOBS_BUCKET_MISSING: 503,
  BLOBS_REFUSED: 503,
  BLOBS_CREDENTIALS_MISSING: 503,
  BLOBS_CLOCK_SKEW: 503,
  JOIN_NEEDS_TLS: 409,
  AGENT_NOT_JOINED: 409,
  INTERNAL_ERROR: 500,
};

/** The HTTP side, not yet listening; on the server that the factory makes, where there is one. Everything below /api/v1 but a login wants a token. */
export function createHttpServer(
  services: Services,
  pushes: PushBook,
  serverFactory?: (handler: RequestListener) => Server,
): FastifyInstance {
  const server: FastifyInstance = Fastify<Server>({
    ...(serverFactory ? { serverFactory } : {}),
    bodyLimit: MOST_BODY_BYTES,
    forceCloseConnections: true,
    return503OnClosing: false,
    frameworkErrors: refuseAddress,
    trustProxy: services.trustedProxies.length > 0 ? [...services.trustedProxies] : false,
    routerOptions: { maxParamLength: 4096 },
  });
  server.setErrorHandler((error, request, reply) => {
    const known = error instanceof MillwrightError;
    const theirs = !known && isClientError(error);
    if (error instanceof TooManyLogins) reply.header("retry-after", error.seconds);
    if (!known && !theirs) services.logger.error({ err: error, path: shownPath(request) }, "a request failed");
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
  closeGently(server);
  measureRequests(server, services.metrics);
  documentRoute(server);
  void server.register(fastifyCookie);
  pageRoutes(server, services);
  healthRoutes(server, services);
  downloadRoutes(server, services);
  uploadRoutes(server, services, new ArtifactBook(services));
  gitRoutes(server, services, pushes);
  hookRoutes(server, services, pushes);
  oauthRoutes(server, services);
  void server.register(async (api) => loginRoute(api, services), { prefix: "/api/v1" });
  void server.register(
    async (api) => {
      keepAnswersPrivate(api);
      requireToken(api, services.authenticator, (request) => tokenOfCookie(services, request));
      appRoutes(api, services);
      pushRoutes(api, services);
      automationRoutes(api, services);
      buildRoutes(api, services);
      changeRoutes(api, services);
      installRoutes(api, services);
      followRoutes(api, services);
      logQueryRoutes(api, services);
      artifactRoutes(api, services);
      agentRoutes(api, services);
      agentAccessRoutes(api, services);
      maintenanceRoutes(api, services);
      targetPlatformRoutes(api, services);
      explainRoutes(api, services);
      timingRoutes(api, services);
      profileRoutes(api, services);
      environmentRoutes(api, services);
      nativeConfigRoutes(api, services);
      auditRoutes(api, services);
      auditChainRoutes(api, services);
      keyRoutes(api, services);
      peopleRoutes(api, services);
      webhookRoutes(api, services);
      deliveryRoutes(api, services);
    },
    { prefix: "/api/v1" },
  );
  void server.register((api) => ionicApi(api, { services, statusOf }), { prefix: "/ionic" });
  return server;
}

/** What may stand in a log: no query, and of a signed address only where it leads. */
function shownPath(request: FastifyRequest): string | undefined {
  const { url = "" } = request.routeOptions;
  return url.includes(":token") ? url : request.url.split("?")[0];
}

function sendFailure(reply: FastifyReply, failure: Failure) {
  return reply.code(statusOf(failure)).send({ error: failure });
}

/** An address that no route can be looked for: broken escapes, a part that is too long. */
function refuseAddress(_error: FastifyError, request: FastifyRequest, reply: FastifyReply): void {
  if (request.url.startsWith("/install/")) return void refuseInstall(reply, 404);
  const { failure } = errorOf("REQUEST_INVALID", { reason: "Its address is broken, or a part of it is too long." });
  const forIonic = request.url.startsWith("/ionic/");
  void reply.code(400).send(forIonic ? refusalOf(request, 400, failure) : { error: failure });
}

function statusOf(failure: Failure): number {
  return STATUS_OF_CODE[failure.code] ?? (failure.blame === "bug" ? 500 : 400);
}

function isClientError(error: unknown): boolean {
  const status = (error as { statusCode?: number }).statusCode ?? 500;
  return status >= 400 && status < 500;
}

function whatIsWrong(error: FastifyError, request: FastifyRequest): string {
  if (error.code !== "FST_ERR_CTP_BODY_TOO_LARGE") return error.message;
  return `Its body is larger than ${formatSize(request.routeOptions.bodyLimit)}.`;
}
