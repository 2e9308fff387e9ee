import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { MillwrightError } from "../../../base/errors/millwright-error.ts";
import { may } from "../../accounts/principal.ts";
import type { Services } from "../../services.ts";
import { htmlPage, pageHeaders } from "../html-page.ts";
import { notTold } from "../openapi/told.ts";
import { sessionOf } from "./cookie.ts";
import { SHELL_HEADERS } from "./page-headers.ts";

/** All of them are the same page; its scripts show what the address says. */
const PATHS = ["/", "/builds", "/start", "/agents", "/agents/*", "/settings", "/settings/*", "/sign-in"];
const FOR_PEOPLE = notTold("a page for people, whose scripts use the API");

/** The web page at each of its addresses. */
export function shellRoutes(server: FastifyInstance, services: Services): void {
  for (const path of PATHS) {
    server.get(path, FOR_PEOPLE, (request, reply) => sendShell(services, request, reply, 200));
  }
  server.get<{ Params: { "*": string } }>("/builds/*", FOR_PEOPLE, async (request, reply) => {
    const status = (await isHidden(services, request, request.params["*"])) ? 404 : 200;
    return sendShell(services, request, reply, status);
  });
}

/** Whether who is signed in may not read the build, or there is none. The others are told to sign in by the page. */
async function isHidden(services: Services, request: FastifyRequest, path: string): Promise<boolean> {
  const session = sessionOf(services, request);
  if (!session) return false;
  try {
    const principal = await services.authenticator.byToken(session.token);
    const [id = ""] = path.split("/");
    const build = /^\d{1,15}$/.test(id) ? await services.store.builds.find(Number(id)) : undefined;
    return !build || !may(principal, build.account_id, "read");
  } catch (error) {
    if (error instanceof MillwrightError) return false; // the login has ended
    throw error;
  }
}

async function sendShell({ pageFolder }: Services, request: FastifyRequest, reply: FastifyReply, status: number) {
  const html = await read(join(pageFolder, "index.html"));
  if (html === undefined) return reply.code(503).headers(pageHeaders(undefined)).send(missingPage());
  const etag = `"${createHash("sha256").update(html).digest("base64url").slice(0, 22)}"`;
  reply.headers(SHELL_HEADERS).header("etag", etag);
  const known = (request.headers["if-none-match"] ?? "").split(/, */).map((each) => each.replace(/^W\//, ""));
  if (status === 200 && known.includes(etag)) return reply.code(304).send();
  return reply.code(status).send(html);
}

/** Read anew each time: it is small, and may be built while the controller runs. */
async function read(file: string): Promise<Buffer | undefined> {
  return readFile(file).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });
}

function missingPage(): string {
  return htmlPage(
    "The web page is not built",
    `<p>This controller runs, and its page is missing: it is made from the sources by <code>npm run build</code>.</p>
<p>The command line does the same: <code>millwright --help</code>.</p>`,
  );
}
