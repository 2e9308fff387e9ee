import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import type { ServerResponse } from "node:http";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { FastifyReply, FastifyRequest } from "fastify";
import type { Services } from "../../services.ts";
import { type CgiHead, readCgiHead } from "./cgi-head.ts";
import { HeldEnd } from "./closing-words.ts";

const KILL_AFTER_MS = 5_000;
const MOST_SAID_BYTES = 10_000;

export interface GitCall {
  request: FastifyRequest;
  reply: FastifyReply;
  /** The bare repository. */
  path: string;
  /** What of it is asked for: `/info/refs`, `/git-upload-pack` or `/git-receive-pack`. */
  target: string;
  /** Of `/info/refs`. */
  service?: string;
  by: string;
  /** Runs once git has ended, before the answer ends: what was pushed is acted upon by then. Answers lines for the pusher. */
  afterwards?: () => Promise<string[]>;
}

/**
 * Lets `git http-backend` answer a request. Bodies stream both ways at the pace of the slower side. git is ended when its
 * client goes away or stands still.
 */
export async function serveGit(services: Services, call: GitCall): Promise<void> {
  const { request, reply, path } = call;
  const env = services.repositories.environment(variablesOf(call));
  const git = spawn("git", ["http-backend"], { cwd: path, env, stdio: ["pipe", "pipe", "pipe"], detached: true });
  const ended = once(git, "close").catch(() => undefined); // that it could not start is told by the missing head
  const said = lastWords(git.stderr);
  const gone = () => reply.raw.writableFinished || void endGroup(git);
  reply.raw.once("close", gone);
  request.raw.socket.setTimeout(services.timing.gitIdleMs); // node closes the connection then
  git.stdin.on("error", () => request.raw.resume()); // git may answer before it has read all
  request.raw.pipe(git.stdin);
  reply.hijack();
  try {
    await answer(git, reply.raw, call, ended);
  } catch (error) {
    if (!reply.raw.destroyed) services.logger.error({ err: error, said: said() }, "git could not serve a request");
    endGroup(git);
    await ended;
    await call.afterwards?.(); // a push may have arrived whole before its client went away
    if (reply.raw.headersSent) reply.raw.destroy();
    else reply.raw.writeHead(500, { "content-type": "text/plain" }).end("The controller's git failed.\n");
  }
}

async function answer(
  git: ChildProcess & { stdout: Readable },
  response: ServerResponse,
  { afterwards, request }: GitCall,
  ended: Promise<unknown>,
): Promise<void> {
  const head: CgiHead | undefined = await readCgiHead(git.stdout);
  if (!head) throw new Error("git http-backend gave no answer");
  response.writeHead(head.status, head.headers);
  if (!afterwards) {
    await pipeline(git.stdout, response);
    return;
  }
  const held = new HeldEnd();
  await pipeline(git.stdout, held, response, { end: false });
  await ended;
  response.end(held.endWith(await afterwards()));
  request.raw.resume();
}

/** All that git learns of the request (CGI, and git-http-backend(1)). Nothing of it names a path but our own. */
function variablesOf({ request, path, target, service, by }: GitCall): Record<string, string> {
  const { headers } = request;
  const protocol = String(headers["git-protocol"] ?? "");
  return {
    GIT_PROJECT_ROOT: path,
    GIT_HTTP_EXPORT_ALL: "1",
    PATH_INFO: target,
    QUERY_STRING: service === undefined ? "" : `service=${service}`,
    REQUEST_METHOD: request.method,
    CONTENT_TYPE: headers["content-type"] ?? "",
    HTTP_CONTENT_ENCODING: headers["content-encoding"] ?? "",
    GIT_PROTOCOL: /^[\w=:.-]{1,100}$/.test(protocol) ? protocol : "",
    REMOTE_USER: by.replaceAll(/[^\w@.+ -]/g, "_"),
    REMOTE_ADDR: request.ip,
  };
}

/** TERM lets git remove its locks and half a pack. */
function endGroup(git: ChildProcess): void {
  const signal = (name: NodeJS.Signals) => {
    try {
      if (git.pid !== undefined) process.kill(-git.pid, name);
    } catch {
      // It has ended by itself.
    }
  };
  signal("SIGTERM");
  const timer = setTimeout(() => signal("SIGKILL"), KILL_AFTER_MS);
  git.once("close", () => clearTimeout(timer));
  if (git.exitCode !== null || git.signalCode !== null) clearTimeout(timer);
}

/** Collects the end of what is printed on stderr, for the log. */
function lastWords(stderr: Readable): () => string {
  let text = "";
  stderr.on("data", (bytes: Buffer) => {
    text = (text + bytes.toString()).slice(-MOST_SAID_BYTES);
  });
  return () => text.trim();
}
