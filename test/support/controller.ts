import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Kysely } from "kysely";
import { onTestFinished, test } from "vitest";
import { type Controller, type ControllerOptions, startController } from "../../src/controller/main.ts";
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

/** A test of what is otherwise on PostgreSQL: it looks into the file of SQLite, or counts on being alone. */
export function sqliteTest(title: string, run: () => Promise<void>): void {
  test(title, (context) => (onPostgres ? context.skip("it is of SQLite only") : run()));
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
  const read = (name: string) => readFileSync(join(more.shared ?? data, name), "utf8").trim();
  const adminToken = read("admin.token");
  const as =
    (token: string | undefined): ApiOf =>
    (method, path, body) =>
      send(token, method, path, body);
  const send = async (token: string | undefined, method: string, path: string, body: unknown) => {
    const bearer: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` };
    const response = await fetch(`${controller.httpUrl}/api/v1${path}`, {
      method,
      headers: { ...bearer, ...(body ? { "content-type": "application/json" } : {}) },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    const text = await response.text();
    const answer = (text.startsWith("{") ? JSON.parse(text) : text) as never;
    return { status: response.status, body: answer, headers: response.headers };
  };
  const api = as(adminToken);
  const build = async (id: number) => (await api("GET", `/builds/${id}`)).body as BuildDetails;
  return { ...controller, close, data, adminToken, agentToken: read("agent.token"), api, as, build };
}
