import { createHash } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { z } from "zod";
import { errorOf } from "../../../base/errors/millwright-error.ts";
import type { HookAnswer, HookedPush } from "../../../protocol/push-api.ts";
import { firstLine } from "../../pushes/first-line.ts";
import { MOST_BRANCHES_AT_ONCE, type PushBook } from "../../pushes/push-book.ts";
import type { Services } from "../../services.ts";
import { told } from "../openapi/told.ts";
import { BITBUCKET } from "./bitbucket.ts";
import { GITEA } from "./gitea.ts";
import { GITHUB } from "./github.ts";
import { GITLAB } from "./gitlab.ts";
import type { HookedEvent, Provider } from "./provider.ts";
import { readBody } from "./read-body.ts";

/** What GitHub sends at most. */
const MOST_BODY_BYTES = 25 * 2 ** 20;

/** Gitea and Forgejo send GitHub's headers too. */
const PROVIDERS: readonly Provider[] = [GITEA, GITLAB, BITBUCKET, GITHUB];

/** Each git host has its own; provider.ts reads them. */
const ANY_PAYLOAD = z.looseObject({});

type HookRequest = FastifyRequest<{ Params: { app: string } }>;

/** Where git hosts tell of pushes. No token: the payload is signed with the secret of the app. */
export function hookRoutes(server: FastifyInstance, services: Services, pushes: PushBook): void {
  void server.register(async (hooks) => {
    hooks.removeAllContentTypeParsers();
    hooks.addContentTypeParser("*", (_request, _payload, done) => done(null)); // the raw bytes are what is signed
    hooks.post<{ Params: { app: string } }>(
      "/hooks/:app",
      told("The webhook of a git host, signed with the secret of the app", {
        body: ANY_PAYLOAD,
        answer: "HookAnswer",
        access: "anyone",
      }),
      async (request, reply): Promise<HookAnswer> => {
        // A body that was refused half-way isn't read on.
        reply.header("connection", "close");
        const provider = PROVIDERS.find((each) => each.sends(request.headers));
        if (!provider) throw notUnderstood("It has none of the headers by which git hosts name their events.");
        if (provider.isBareTest?.(request.headers) && provider.proof(request.headers) === undefined) {
          return { message: "pong: the address is reached; the secret was not shown", pushes: [], ignored: [] };
        }
        const body = await verifiedBody(services, request, provider);
        const event = eventOf(provider, request.headers, body);
        if (event.ping) return { message: "pong", pushes: [], ignored: [] };
        return tellAll(services, pushes, { app: request.params.app, provider, event, body, headers: request.headers });
      },
    );
  });
}

/** The body, once it is proven to come from somebody who knows the secret. An app that isn't there has none that fits. */
async function verifiedBody(services: Services, request: HookRequest, provider: Provider): Promise<Buffer> {
  const { app: id } = request.params;
  const refused = (reason: string) => errorOf("HOOK_NOT_VERIFIED", { app: id.slice(0, 100), reason });
  const proof = provider.proof(request.headers);
  if (proof === undefined) throw refused(`It carries no signature or token of ${provider.name}.`);
  const body = await readBody(request.raw, MOST_BODY_BYTES, services.timing.hookBodyMs);
  const secret = await secretOf(services, id);
  if (provider.verify(proof, body, secret ?? services.agentToken) && secret !== undefined) return body;
  throw refused("The app has another secret, or none, or isn't there.");
}

async function secretOf(services: Services, id: string): Promise<string | undefined> {
  const app = await services.store.apps.find(id);
  if (!app?.push_secret) return undefined;
  return services.sealer.open<string>(app.push_secret, { kind: "push secret", name: app.id });
}

function eventOf(provider: Provider, headers: IncomingHttpHeaders, body: Buffer): HookedEvent {
  try {
    return provider.read(headers, payloadOf(headers, body.toString()));
  } catch (cause) {
    const issues =
      cause instanceof z.ZodError ? cause.issues.map(({ path, message }) => `${path.join(".")}: ${message}`) : [];
    const reason = issues.slice(0, 5).join("; ") || "Its body is no JSON.";
    throw errorOf("HOOK_NOT_UNDERSTOOD", { reason: `As a webhook of ${provider.name}: ${reason}` }, { cause });
  }
}

/** GitHub and Gitea can also send the JSON as the field `payload` of a form. */
function payloadOf(headers: IncomingHttpHeaders, text: string): unknown {
  const isForm = /^application\/x-www-form-urlencoded\b/i.test(headers["content-type"] ?? "");
  return JSON.parse(isForm ? (new URLSearchParams(text).get("payload") ?? "") : text);
}

interface Hooked {
  app: string;
  provider: Provider;
  event: HookedEvent;
  body: Buffer;
  headers: IncomingHttpHeaders;
}

async function tellAll(services: Services, book: PushBook, hooked: Hooked): Promise<HookAnswer> {
  const { app: appId, provider, event, body, headers } = hooked;
  const app = await services.store.apps.find(appId);
  if (app?.own_remote === 1) {
    return { message: "ignored: this app is built from its own remote", pushes: [], ignored: [] };
  }
  const ignored = [...event.ignored];
  const pushes: HookedPush[] = [];
  const delivery = (provider.delivery(headers) ?? createHash("sha256").update(body).digest("hex")).slice(0, 200);
  for (const { branch, sha, before, note, by } of event.branches) {
    if (sha === before) ignored.push(`the branch ${branch}, which is where it was`);
    else if (pushes.length >= MOST_BRANCHES_AT_ONCE) ignored.push(`the branch ${branch}: too many at once`);
    else {
      const told = { source: provider.name, delivery, branch, sha, before_sha: before, note: firstLine(note) };
      const { outcome, repeated } = await book.tell(appId, { ...told, pushed_by: firstLine(by) });
      pushes.push({ branch, commit: sha, outcome, repeated });
    }
  }
  const repeats = pushes.length > 0 && pushes.every(({ repeated }) => repeated);
  return { message: repeats ? "told of before: nothing was done" : "ok", pushes, ignored };
}

function notUnderstood(reason: string): Error {
  return errorOf("HOOK_NOT_UNDERSTOOD", { reason });
}
