import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { type Controller, startController } from "../../src/controller/main.ts";
import type { Timing } from "../../src/controller/services.ts";
import type { BuildDetails } from "../../src/protocol/api.ts";

export interface TestController extends Controller {
  data: string;
  adminToken: string;
  agentToken: string;
  /** One request of the HTTP API; answers status and body. */
  api(method: string, path: string, body?: unknown): Promise<{ status: number; body: never }>;
  build(id: number): Promise<BuildDetails>;
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
): Promise<TestController> {
  const controller = await startController({
    data,
    http: "127.0.0.1:0",
    grpc: "127.0.0.1:0",
    logLevel: "fatal",
    timing,
    ...(keyFile === undefined ? {} : { keyFile }),
  });
  let closed = false;
  const close = async () => {
    if (closed) return;
    closed = true;
    await controller.close();
  };
  onTestFinished(close);
  const read = (name: string) => readFileSync(join(data, name), "utf8").trim();
  const adminToken = read("admin.token");
  const api: TestController["api"] = async (method, path, body) => {
    const response = await fetch(`${controller.httpUrl}/api/v1${path}`, {
      method,
      headers: { authorization: `Bearer ${adminToken}`, ...(body ? { "content-type": "application/json" } : {}) },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    const text = await response.text();
    return { status: response.status, body: (text.startsWith("{") ? JSON.parse(text) : text) as never };
  };
  const build = async (id: number) => (await api("GET", `/builds/${id}`)).body as BuildDetails;
  return { ...controller, close, data, adminToken, agentToken: read("agent.token"), api, build };
}
