import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Kysely } from "kysely";
import { onTestFinished, test } from "vitest";
import type { ControllerOptions } from "../../src/controller/controller-options.ts";
import { type Controller, startController } from "../../src/controller/main.ts";
import type { Timing } from "../../src/controller/services.ts";
import { openPostgres } from "../../src/controller/store/postgres.ts";
import { openSqlite } from "../../src/controller/store/sqlite.ts";
import type { Tables } from "../../src/controller/store/tables.ts";
import type { BuildDetails } from "../../src/protocol/api.ts";
import { usePostgres } from "./postgres.ts";

/** One request of the HTTP API as the holder of a token. */
export type ApiOf = (
  method: string,
  path: string,
  body?: unknown,
) => Promise<{ status: number; body: never; headers: Headers }>;

export interface TestController extends Controller {
  data: string;
  adminToken: string;
  agentToken: string;
  /** One request of the HTTP API; answers status and body. */
  api: ApiOf;
  /** The same with the token of somebody else, or with none. */
  as(token: string | undefined): ApiOf;
  build(id: number): Promise<BuildDetails>;
}

/** MILLWRIGHT_TEST_STORE=postgres: the same tests on the other store. */
const onPostgres = process.env["MILLWRIGHT_TEST_STORE"] === "postgres";
const postgres = onPostgres ? usePostgres() : undefined;

/** A test that SQLite alone can have, and why. */
export function sqliteTest(why: string, title: string, run: () => Promise<void>): void {
  test(title, (context) => (onPostgres ? context.skip(`with SQLite only: ${why}`) : run()));
}

/** The database that belongs to a data folder: a controller that is started there again finds it. */
async function storeOf(data: string): Promise<string> {
  const file = join(data, "test-store");
  if (!existsSync(file)) writeFileSync(file, (await postgres?.database()) ?? "");
  return readFileSync(file, "utf8");
}

/** Opens the store of a data folder as a controller does. */
export async function openStoreOf(data: string): Promise<Kysely<Tables>> {
  return onPostgres ? openPostgres(await storeOf(data)) : openSqlite(data);
}

/** Whether the store of a data folder holds a text, in whichever table and column: to look for what must rest nowhere. */
export async function storeHolds(data: string): Promise<(text: string) => boolean> {
  if (postgres && onPostgres) {
    const dump = await postgres.tool("pg_dump", await storeOf(data));
    return (text) => dump.includes(text) || dump.includes(Buffer.from(text).toString("hex")); // as bytes are shown
  }
  const files = ["millwright.db", "millwright.db-wal"].map((name) => join(data, name));
  const bytes = Buffer.concat(files.filter((file) => existsSync(file)).map((file) => readFileSync(file)));
  return (text) => bytes.includes(text);
}

export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "millwright-test-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A whole controller on free ports, closed at the end of the test. */
export async function testController(
  timing: Partial<Timing> = {},
  data = temporaryFolder(),
  keyFile?: string,
  more: Partial<ControllerOptions> = {},
): Promise<TestController> {
  const store = more.store ?? (onPostgres ? await storeOf(data) : undefined);
  const controller = await startController({
    data,
    ...(store === undefined ? {} : { store }),
    http: "127.0.0.1:0",
    grpc: "127.0.0.1:0",
    logLevel: "fatal",
    timing: { ...(onPostgres ? { keySpareMs: 0 } : {}), ...timing },
    ...(keyFile === undefined ? {} : { keyFile }),
    ...more,
  });
  let closed = false;
  const close = async () => {
    if (closed) return;
    closed = true;
    await controller.close();
  };
  onTestFinished(close);
  return asked({ ...controller, close }, data, more.shared);
}

/** A controller that runs, with what tests ask of it. */
export function asked(controller: Controller, data: string, shared = data): TestController {
  const read = (name: string) => readFileSync(join(shared, name), "utf8").trim();
  const adminToken = read("admin.token");
  const as =
    (token: string | undefined): ApiOf =>
    (method, path, body) =>
      send(`${controller.httpUrl}/api/v1${path}`, token, method, body);
  const api = as(adminToken);
  const build = async (id: number) => (await api("GET", `/builds/${id}`)).body as BuildDetails;
  return { ...controller, data, adminToken, agentToken: read("agent.token"), api, as, build };
}

async function send(url: string, token: string | undefined, method: string, body: unknown): ReturnType<ApiOf> {
  const bearer: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const response = await fetch(url, {
    method,
    headers: { ...bearer, ...(body ? { "content-type": "application/json" } : {}) },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  const text = await response.text();
  const answer = (text.startsWith("{") ? JSON.parse(text) : text) as never;
  return { status: response.status, body: answer, headers: response.headers };
}
