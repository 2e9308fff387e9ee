import type { FastifyError, FastifyInstance } from "fastify";
import { errorOf, type Failure, MillwrightError, toFailure } from "../../../base/errors/millwright-error.ts";
import { newId } from "../../../base/ids.ts";
import { TooManyLogins } from "../../accounts/logins.ts";
import type { Services } from "../../services.ts";
import { requireToken } from "../authenticate.ts";
import { told } from "../openapi/told.ts";
import { appRoutes } from "./apps.ts";
import { buildRoutes } from "./builds.ts";
import { downloadRoutes } from "./downloads.ts";
import { compressAnswers, sendRefusal, wrapAnswers } from "./envelope.ts";
import { listRoutes } from "./lists.ts";
import { notOfferedRoutes } from "./not-offered.ts";
import { requestRoutes } from "./requests.ts";
import { requestByIdRoutes } from "./requests-by-id.ts";
import { sessionRoutes } from "./session.ts";
import { userRoutes } from "./users.ts";

/** No request of a CLI comes near it. */
const MOST_BODY_BYTES = 2 ** 16;

/** The HTTP API that unmodified Ionic CLIs speak; register it below a prefix. `statusOf` is the HTTP status of a failure. */
export async function ionicApi(
  api: FastifyInstance,
  { services, statusOf }: { services: Services; statusOf: (failure: Failure) => number },
): Promise<void> {
  answerAsIonic(api, services, statusOf);
  readBodies(api);
  sessionRoutes(api, services);
  dropTelemetry(api);
  await api.register(async (known) => {
    requireToken(known, services.authenticator);
    userRoutes(known);
    appRoutes(known, services);
    requestRoutes(known, services);
    requestByIdRoutes(known, services);
    buildRoutes(known, services);
    downloadRoutes(known, services);
    listRoutes(known, services);
  });
  notOfferedRoutes(api);
}

/** Every answer, also of what fails and of what there isn't, is in the envelope that the CLIs want. */
function answerAsIonic(api: FastifyInstance, { logger }: Services, statusOf: (failure: Failure) => number): void {
  wrapAnswers(api);
  compressAnswers(api);
  api.addHook("onRequest", async (request) => {
    request.id = newId("r");
  });
  api.setErrorHandler((error, request, reply) => {
    const failure = failureOfRequest(error as FastifyError);
    if (error instanceof TooManyLogins) void reply.header("retry-after", error.seconds);
    if (failure.code === "INTERNAL_ERROR") {
      logger.error(
        { err: error, path: request.routeOptions.url, request: request.id },
        "a request of an Ionic CLI failed",
      );
    }
    return sendRefusal(request, reply, statusOf(failure), failure);
  });
  api.setNotFoundHandler((request, reply) => {
    const name = `${request.method} ${request.url.split("?")[0]}`;
    const reason = "It is no part of what Millwright offers to Ionic CLIs.";
    const { failure } = errorOf("NOT_FOUND", { kind: "page", name, reason });
    const next = "Check urls.api: it ends in /ionic, without a slash behind it. What works is in docs/ionic.md.";
    return sendRefusal(request, reply, 404, { ...failure, next });
  });
}

function failureOfRequest(error: FastifyError): Failure {
  if (error instanceof MillwrightError) return error.failure;
  const status = error.statusCode ?? 500;
  if (status < 400 || status >= 500) return toFailure(error);
  return errorOf("REQUEST_INVALID", { reason: error.message }).failure;
}

/** The CLIs say that JSON comes also where nothing does. */
function readBodies(api: FastifyInstance): void {
  const parse = api.getDefaultJsonParser("error", "error");
  api.addHook("onRoute", (route) => {
    route.bodyLimit ??= MOST_BODY_BYTES;
  });
  api.removeContentTypeParser("application/json");
  api.addContentTypeParser<string>("application/json", { parseAs: "string" }, (request, body, done) => {
    if (body.trim() === "") done(null, undefined);
    else void parse(request, body, done);
  });
}

/** The telemetry of the CLIs holds whole command lines: it is answered before it is read. */
function dropTelemetry(api: FastifyInstance): void {
  const onRequest = async (_request: unknown, reply: { code(status: number): { send(): unknown } }) =>
    reply.code(204).send();
  api.post(
    "/events/metrics",
    { onRequest, ...told("Telemetry; it is dropped unread", { status: 204, access: "anyone" }) },
    async () => undefined,
  );
}
