import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Selectable } from "kysely";
import { z } from "zod";
import { errorOf, MillwrightError, toFailure } from "../../../base/errors/millwright-error.ts";
import type { PushBook } from "../../pushes/push-book.ts";
import { removeStaleLocks } from "../../pushes/stale-locks.ts";
import type { Services } from "../../services.ts";
import type { AppRow } from "../../store/tables.ts";
import { notTold, told as toldRoute } from "../openapi/told.ts";
import { validate } from "../validate.ts";
import { serveGit } from "./backend.ts";
import { callerOf, type GitCaller, mayUse, nameOf } from "./caller.ts";
import { told } from "./closing-words.ts";

/** What git's smart protocol asks for; the older one, which reads files one by one, isn't served. */
const SERVICES = ["git-upload-pack", "git-receive-pack"] as const;
type Service = (typeof SERVICES)[number];

export const GIT_REPOSITORY = z.strictObject({ repository: z.string().regex(/^[a-z][0-9a-z]{1,40}\.git$/) });
export const GIT_QUERY = z.strictObject({ service: z.enum(SERVICES) });

declare module "fastify" {
  interface FastifyRequest {
    gitCaller: GitCaller | undefined;
  }
}

/** The controller's own remotes: git's smart HTTP protocol below /git. */
export function gitRoutes(server: FastifyInstance, services: Services, pushes: PushBook): void {
  const routes = async (git: FastifyInstance) => {
    git.removeAllContentTypeParsers();
    git.addContentTypeParser("*", (_request, _payload, done) => done(null)); // bodies go to git as they come
    git.decorateRequest("gitCaller", undefined);
    git.setErrorHandler((error, _request, reply) => refuse(services, error, reply));
    git.addHook("onRequest", async (request) => {
      request.gitCaller = await callerOf(services, request);
    });
    git.get<{ Params: { repository: string } }>(
      "/:repository/info/refs",
      toldRoute("git's smart HTTP protocol: the refs", {
        query: GIT_QUERY,
        answer: { type: SERVICES.map((service) => `application/x-${service}-advertisement`) },
        access: "git",
      }),
      async (request, reply) => {
        const { service } = validate(GIT_QUERY, request.query);
        const app = await appOf(services, request, service);
        const path = await services.repositories.ensure(app.id);
        await serveGit(services, {
          request,
          reply,
          path,
          target: `/info/refs`,
          service,
          by: nameOf(callerIn(request)),
        });
      },
    );
    for (const service of SERVICES) {
      git.post<{ Params: { repository: string } }>(
        `/:repository/${service}`,
        toldRoute("git's smart HTTP protocol: the objects", {
          body: z.string(),
          bodyType: `application/x-${service}-request`,
          answer: { type: `application/x-${service}-result` },
          access: "git",
        }),
        async (request, reply) => {
          const app = await appOf(services, request, service);
          const by = nameOf(callerIn(request));
          const path = await services.repositories.ensure(app.id);
          const call = { request, reply, path, target: `/${service}`, by };
          if (service === "git-upload-pack") return serveGit(services, call);
          await removeStaleLocks(path);
          await serveGit(services, { ...call, afterwards: () => actedUpon(services, pushes, app.id, by) });
        },
      );
    }
    git.all("/*", notTold("It only says what git hears where there is nothing"), async (request) => {
      throw errorOf("NOT_FOUND", {
        kind: "page",
        name: `${request.method} ${request.url.split("?")[0]}`,
        reason: "Below /git are repositories, for git's smart HTTP protocol.",
      });
    });
  };
  void server.register(routes, { prefix: "/git" });
}

/** The app of the address, when the caller may use it so. What they may not read is not found. */
async function appOf(
  services: Services,
  request: FastifyRequest<{ Params: { repository: string } }>,
  service: Service,
): Promise<Selectable<AppRow>> {
  const caller = callerIn(request);
  const { success, data } = GIT_REPOSITORY.safeParse(request.params);
  const app = success ? await services.store.apps.find(data.repository.replace(/\.git$/, "")) : undefined;
  if (!app || !mayUse(caller, app, "read")) {
    const reason = "Addresses end with an app's id and .git; see millwright apps list.";
    throw errorOf("NOT_FOUND", { kind: "repository", name: request.params.repository.slice(0, 100), reason });
  }
  if (app.own_remote === 0) throw errorOf("REMOTE_ELSEWHERE", { app: app.name, remote: app.git_url });
  if (service === "git-receive-pack" && !mayUse(caller, app, "build")) {
    throw errorOf("NOT_ALLOWED", { name: nameOf(caller), permission: "build" });
  }
  return app;
}

/** Acts on what was pushed; answers what the pusher is told. What can't be recorded now is found by the next look. */
async function actedUpon(services: Services, pushes: PushBook, appId: string, by: string): Promise<string[]> {
  try {
    return told(await pushes.look(appId, by));
  } catch (error) {
    services.logger.error(
      { err: error, app: appId },
      "a push could not be recorded; the next one or a restart does it",
    );
    return ["Millwright has the commits, and could not start their builds yet."];
  }
}

function callerIn(request: FastifyRequest): GitCaller {
  if (!request.gitCaller) throw new Error(`${request.url} was reached by nobody`);
  return request.gitCaller;
}

const STATUS: Record<string, number> = {
  UNAUTHENTICATED: 401,
  LOGIN_REFUSED: 401,
  TOO_MANY_LOGINS: 429,
  NOT_ALLOWED: 403,
  NOT_FOUND: 404,
  REMOTE_ELSEWHERE: 404,
  REQUEST_INVALID: 400,
};

/** git shows people what a refusal says when it is plain text. */
function refuse(services: Services, error: unknown, reply: FastifyReply) {
  const { statusCode = 500, message } = error as { statusCode?: number; message: string };
  if (!(error instanceof MillwrightError) && statusCode >= 400 && statusCode < 500)
    return refuse(services, errorOf("REQUEST_INVALID", { reason: message }), reply);
  if (!(error instanceof MillwrightError)) services.logger.error({ err: error }, "a git request failed");
  const { code, what, why, next } = toFailure(error);
  const status = STATUS[code] ?? 500;
  if (status === 401) reply.header("www-authenticate", 'Basic realm="Millwright", charset="UTF-8"');
  if (code === "TOO_MANY_LOGINS") reply.header("retry-after", (error as { seconds?: number }).seconds ?? 60);
  return reply.code(status).type("text/plain; charset=utf-8").send(`${what} ${why}\n${next}\n`);
}
