import type { FastifyInstance, FastifyRequest } from "fastify";
import { z } from "zod";
import { MillwrightError } from "../../../base/errors/millwright-error.ts";
import { type AccountScope, scopeOf } from "../../accounts/principal.ts";
import { ChangedBuilds } from "../../live/changed-builds.ts";
import { ShownWaiting } from "../../queue/shown-waiting.ts";
import type { Services } from "../../services.ts";
import { lookAgain } from "../authenticate.ts";
import { told } from "../openapi/told.ts";
import { openStream, streamOf } from "../streams.ts";
import { validate } from "../validate.ts";
import { buildsOfRequest } from "./builds.ts";
import { shownBuilds } from "./shown-builds.ts";

/** How long somebody who may no longer read may still be told of changes. */
const LOOK_AGAIN_MS = 15_000;

export const CHANGES_QUERY = z.strictObject({ account: z.string().optional(), app: z.string().optional() });

const TOLD = told("A build as a line of JSON after each change of one; an empty line now and then", {
  query: CHANGES_QUERY,
  answer: { type: "application/x-ndjson" },
  stream: true,
});

/** Whose builds, as of now; undefined when nothing may be read any more. */
type ScopeNow = () => Promise<AccountScope | undefined>;

/** Following all builds that one may read. */
export function changeRoutes(api: FastifyInstance, services: Services): void {
  api.get(
    "/builds/changes",
    { ...TOLD, exposeHeadRoute: false }, // it would follow for ever, for nobody
    async (request, reply) => {
      const { app } = validate(CHANGES_QUERY, request.query);
      const changed = new ChangedBuilds(services.changes); // first: what happens while we look is told
      try {
        const { accounts, appId } = await buildsOfRequest(services, request, app);
        const lines = linesOf(services, changed, scopeNow(services, request, accounts), appId);
        const stream = streamOf(lines, () => changed.end());
        return await openStream(reply).type("application/x-ndjson").send(stream);
      } catch (error) {
        changed.end();
        throw error;
      }
    },
  );
}

async function* linesOf(
  services: Services,
  changed: ChangedBuilds,
  scope: ScopeNow,
  appId: string | undefined,
): AsyncGenerator<Buffer> {
  const { store, timing, clock } = services;
  const waiting = new ShownWaiting(store);
  for (let toldAt = clock.monotonic(); ; ) {
    const quietMs = () => clock.monotonic() - toldAt;
    const news = await changed.next(Math.max(0, timing.heartbeatMs - quietMs()));
    const accounts = news && (await scope());
    if (!news || !accounts) return;
    const ids = new Set(news.builds);
    const readable = news.accounts.filter((account) => accounts === "all" || accounts.includes(account));
    for (const account of readable) for (const id of await waiting.changedOf(account)) ids.add(id);
    const rows = await store.builds.among([...ids], accounts);
    const builds = await shownBuilds(
      services,
      rows.filter((row) => appId === undefined || row.app_id === appId),
    );
    if (builds.length === 0 && quietMs() < timing.heartbeatMs) continue; // what is not for this reader is no sign of life
    yield Buffer.from(builds.length > 0 ? builds.map(lineOf).join("") : "\n");
    toldAt = clock.monotonic();
  }
}

const lineOf = (build: object) => `${JSON.stringify(build)}\n`;

/** The token is looked up again from time to time: rights may end while somebody listens. */
function scopeNow(services: Services, request: FastifyRequest, asked: AccountScope): ScopeNow {
  let allowed: AccountScope | undefined = asked;
  let lookedAt = services.clock.monotonic();
  return async () => {
    if (services.clock.monotonic() - lookedAt < LOOK_AGAIN_MS) return allowed;
    lookedAt = services.clock.monotonic();
    allowed = await lookAgain(services.authenticator, request).then(
      (principal) => both(scopeOf(principal, "read"), asked),
      (error: unknown) => {
        if (error instanceof MillwrightError) return undefined;
        throw error;
      },
    );
    return allowed;
  };
}

/** The accounts that are in both. */
function both(one: AccountScope, other: AccountScope): AccountScope {
  if (one === "all") return other;
  return other === "all" ? one : one.filter((account) => other.includes(account));
}
