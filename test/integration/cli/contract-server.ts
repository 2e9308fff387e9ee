import { createHash } from "node:crypto";
import { EventEmitter, on } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Failure } from "../../../src/base/errors/millwright-error.ts";
import type { Agent, Artifact, Build, BuildDetails, BuildRequest } from "../../../src/protocol/api.ts";
import type { App } from "../../../src/protocol/app-api.ts";
import { PLAIN_APP } from "../../support/app.ts";

export const TOKEN = "test-token-1234567890";

interface StoredBuild {
  details: BuildDetails;
  log: Buffer;
  files: Map<string, Buffer>;
}

export interface SeenRequest {
  method: string;
  path: string;
  body: unknown;
  headers: IncomingMessage["headers"];
}

/** Keeps the contract of src/protocol/api.ts over real HTTP, with the faults that a network has. */
export class ContractServer {
  readonly requests: SeenRequest[] = [];
  apps: App[] = [];
  agents: Agent[] = [];
  settings = new Map<string, unknown>();
  /** Called when a build was created: the test plays the agent. */
  onBuild: (id: number) => void = () => {};
  onCancel: (id: number) => void = (id) =>
    this.change(id, { status: "canceled", finishedAt: new Date().toISOString() });
  /** The connection of a log or of a file breaks after so many bytes. */
  breakAfter = Number.POSITIVE_INFINITY;
  private readonly builds = new Map<number, StoredBuild>();
  private readonly changes = new EventEmitter().setMaxListeners(100);
  private server: Server | undefined;
  private port = 0;

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  async start(): Promise<this> {
    const server = createServer((request, response) => {
      this.answer(request, response).catch(() => response.destroy());
    });
    await new Promise<void>((resolve) => server.listen(this.port, "127.0.0.1", resolve));
    this.port = (server.address() as AddressInfo).port;
    this.server = server;
    return this;
  }

  /** Breaks every connection and stops listening; `start` listens on the same port again. */
  async stop(): Promise<void> {
    const server = this.server;
    if (!server) return;
    this.server = undefined;
    await new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  }

  addApp(name: string, gitUrl: string, subfolder = ""): App {
    const app = { ...PLAIN_APP, id: `a${name}`, name, gitUrl, subfolder, createdAt: now() };
    this.apps.push(app);
    return app;
  }

  addBuild(app: App, request: Partial<BuildRequest> = {}): number {
    const id = this.builds.size + 1;
    const details: BuildDetails = {
      id,
      app: { id: app.id, name: app.name },
      account: app.account,
      kind: request.kind ?? "package",
      platform: request.kind === "deploy" ? "web" : ((request.platform ?? "android") as Build["platform"]),
      buildType: request.buildType ?? "",
      status: "queued",
      commit: request.commit ?? "main",
      attempt: 1,
      createdAt: now(),
      cancelRequested: false,
      steps: [],
      artifacts: [],
      logLength: 0,
    };
    this.builds.set(id, { details, log: Buffer.alloc(0), files: new Map() });
    return id;
  }

  build(id: number): BuildDetails {
    return this.stored(id).details;
  }

  change(id: number, patch: Partial<BuildDetails>): void {
    Object.assign(this.stored(id).details, patch);
    this.changes.emit(`build ${id}`);
  }

  log(id: number, bytes: string | Buffer): void {
    const build = this.stored(id);
    build.log = Buffer.concat([build.log, Buffer.from(bytes)]);
    build.details.logLength = build.log.length;
    this.changes.emit(`build ${id}`);
  }

  addFile(id: number, name: string, kind: Artifact["kind"], bytes: Buffer, sha256 = sha256Of(bytes)): void {
    const build = this.stored(id);
    const artifact = { id: `f${build.files.size}`, name, kind, size: bytes.length, sha256, metadata: {} };
    build.files.set(artifact.id, bytes);
    build.details.artifacts.push(artifact);
  }

  end(id: number, status: "success" | "failed" | "canceled", failure?: Failure): void {
    this.change(id, { status, finishedAt: now(), ...(failure ? { failure } : {}) });
  }

  private stored(id: number): StoredBuild {
    const build = this.builds.get(id);
    if (!build) throw new Error(`no build ${id}`);
    return build;
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<unknown> {
    const url = new URL(request.url ?? "/", this.url);
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const text = Buffer.concat(parts).toString();
    const body: unknown = text === "" ? undefined : JSON.parse(text);
    const method = request.method ?? "";
    const path = url.pathname.replace(/^\/api\/v1/, "");
    this.requests.push({ method, path: path + url.search, body, headers: request.headers });
    if (request.headers.authorization !== `Bearer ${TOKEN}`) {
      return refuse(response, 401, "UNAUTHENTICATED", "The controller doesn't know this token.");
    }
    const [, room = "", name = "", part = "", item = ""] = path.split("/").map(decodeURIComponent);
    if (room === "apps") return this.answerApps(response, method, name, part, body);
    if (room === "agents") return json(response, 200, { agents: this.agents });
    if (room !== "builds") return this.answerSettings(response, method, room, name, body);
    if (name === "")
      return json(response, 200, { builds: [...this.builds.values()].map((each) => each.details).reverse() });
    const id = Number(name);
    if (!this.builds.has(id)) return refuse(response, 404, "NOT_FOUND", `There is no build ${name}.`);
    if (part === "watch") return this.watch(response, id);
    if (part === "log")
      return this.sendLog(response, id, Number(url.searchParams.get("from") ?? 0), url.searchParams.has("follow"));
    if (part === "artifacts") return this.sendFile(response, id, item, request.headers.range);
    if (part === "cancel") {
      this.change(id, { cancelRequested: true });
      this.onCancel(id);
    }
    return json(response, 200, this.build(id));
  }

  private answerApps(response: ServerResponse, method: string, name: string, part: string, body: unknown): unknown {
    const app = this.apps.find((each) => each.id === name || each.name === name);
    if (name === "" && method === "GET") return json(response, 200, { apps: this.apps });
    if (name === "") {
      const request = body as { name: string; gitUrl: string; subfolder?: string };
      return json(response, 201, this.addApp(request.name, request.gitUrl, request.subfolder));
    }
    if (!app) return refuse(response, 404, "NOT_FOUND", `There is no app ${name}.`);
    if (method === "DELETE") return response.writeHead(204).end();
    if (part !== "builds") return json(response, 200, Object.assign(app, body));
    const id = this.addBuild(app, body as BuildRequest);
    this.onBuild(id);
    return json(response, 201, this.build(id));
  }

  private answerSettings(response: ServerResponse, method: string, room: string, name: string, body: unknown): unknown {
    const items = [...this.settings.keys()].filter((key) => key.startsWith(`${room}/`));
    const shown = (key: string) => ({ name: key.split("/")[1], updatedAt: now(), shown: {} });
    if (method === "GET") return json(response, 200, { items: items.map(shown) });
    if (method === "DELETE") return response.writeHead(204).end();
    this.settings.set(`${room}/${name}`, body);
    return json(response, 200, shown(`${room}/${name}`));
  }

  private async watch(response: ServerResponse, id: number): Promise<void> {
    response.writeHead(200, { "content-type": "application/x-ndjson" });
    const gone = goneWith(response);
    const changes = on(this.changes, `build ${id}`, { signal: gone });
    for (;;) {
      response.write(`${JSON.stringify(this.build(id))}\n`);
      if (hasEnded(this.build(id))) break;
      await changes.next();
    }
    response.end();
  }

  private async sendLog(response: ServerResponse, id: number, from: number, follow: boolean): Promise<unknown> {
    response.writeHead(200, { "content-type": "text/plain" });
    response.flushHeaders();
    const changes = on(this.changes, `build ${id}`, { signal: goneWith(response) });
    let at = from;
    for (;;) {
      const end = Math.min(this.stored(id).log.length, from + this.breakAfter);
      if (end > at) await written(response, this.stored(id).log.subarray(at, end));
      at = end;
      if (at - from >= this.breakAfter) return response.destroy();
      if (!follow || hasEnded(this.build(id))) break;
      await changes.next();
    }
    return response.end();
  }

  private async sendFile(response: ServerResponse, id: number, item: string, range: string | undefined): Promise<void> {
    const bytes = this.stored(id).files.get(item) ?? Buffer.alloc(0);
    const from = Number(/^bytes=(\d+)-$/.exec(range ?? "")?.[1] ?? 0);
    response.writeHead(range ? 206 : 200, { "content-length": bytes.length - from });
    await written(response, bytes.subarray(from, from + this.breakAfter));
    if (bytes.length - from > this.breakAfter) response.destroy();
    else response.end();
  }
}

function hasEnded(build: BuildDetails): boolean {
  return ["success", "failed", "canceled"].includes(build.status);
}

/** Also the bytes before a break must arrive, or a test of breaks would test nothing. */
function written(response: ServerResponse, bytes: Buffer): Promise<void> {
  return new Promise((resolve, reject) => response.write(bytes, (error) => (error ? reject(error) : resolve())));
}

function goneWith(response: ServerResponse): AbortSignal {
  const controller = new AbortController();
  response.on("close", () => controller.abort());
  return controller.signal;
}

function json(response: ServerResponse, status: number, value: unknown): unknown {
  return response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(value));
}

function refuse(response: ServerResponse, status: number, code: string, what: string): unknown {
  const error: Failure = { code, blame: "user", what, why: "The test says so.", next: "Ask for something else." };
  return json(response, status, { error });
}

export function sha256Of(bytes: Buffer): string {
  return createHash("sha256").update(bytes).digest("hex");
}

export function now(): string {
  return new Date().toISOString();
}
