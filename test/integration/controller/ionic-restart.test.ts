import { request } from "node:http";
import { expect, onTestFinished, test } from "vitest";
import { inheritedSocket } from "../../../src/controller/inherited-socket.ts";
import { type TestController, temporaryFolder } from "../../support/controller.ts";
import { eventually } from "../../support/eventually.ts";
import { type HeldController, holdSocket } from "../../support/held-socket.ts";

async function heldController(): Promise<HeldController> {
  const controller = await holdSocket(temporaryFolder());
  onTestFinished(() => controller.close());
  return controller;
}

test("whoever asks while the controller is restarted gets the answer of the next one, and no connection is refused or reset", async () => {
  const controller = await heldController();
  const app = await addApp(controller);
  const stop = new AbortController();
  const seen = { answers: 0, slowest: 0, troubles: [] as string[] };
  const pollers = Array.from({ length: 8 }, () =>
    pollOverAndOver(`${controller.httpUrl}/ionic/apps/${app}`, controller, stop.signal, seen),
  );
  for (let round = 0; round < 5; round += 1) {
    const before = seen.answers;
    await eventually("the pollers go on", () => seen.answers > before + 50, 20_000);
    await controller.stop();
    await controller.start();
  }
  stop.abort();
  await Promise.all(pollers);
  expect(seen.troubles).toEqual([]);
  expect(seen.answers).toBeGreaterThan(250);
  expect(seen.slowest, "nobody asked in between").toBeGreaterThan(300);
});

test("the socket is taken only by the process that it is meant for", () => {
  const given = (environment: NodeJS.ProcessEnv) => inheritedSocket(environment, 77);
  expect(given({ LISTEN_PID: "77", LISTEN_FDS: "1" })).toBe(3);
  expect(given({ LISTEN_PID: "77", LISTEN_FDS: "2", LISTEN_FDNAMES: "other:http" })).toBe(4);
  expect(given({ LISTEN_PID: "77", LISTEN_FDS: "1", LISTEN_FDNAMES: "other:http" })).toBe(3);
  expect(given({ LISTEN_PID: "76", LISTEN_FDS: "1" })).toBeUndefined();
  expect(given({ LISTEN_PID: "77", LISTEN_FDS: "0" })).toBeUndefined();
  expect(given({})).toBeUndefined();
  const environment = { LISTEN_PID: "77", LISTEN_FDS: "1", LISTEN_FDNAMES: "http", PATH: "/bin" };
  given(environment);
  expect(environment).toEqual({ PATH: "/bin" });
});

async function addApp({ httpUrl, adminToken }: HeldController): Promise<string> {
  const headers = { authorization: `Bearer ${adminToken}`, "content-type": "application/json" };
  const body = JSON.stringify({ name: "demo", gitUrl: "https://git.test/demo.git" });
  const added = await fetch(`${httpUrl}/api/v1/apps`, { method: "POST", headers, body });
  return ((await added.json()) as { id: string }).id;
}

/** As old CLIs poll: a new connection each time, and an error is the end. */
async function pollOverAndOver(
  url: string,
  { adminToken }: Pick<TestController, "adminToken">,
  signal: AbortSignal,
  seen: { answers: number; slowest: number; troubles: string[] },
): Promise<void> {
  while (!signal.aborted) {
    const began = performance.now();
    const trouble = await new Promise<string | undefined>((resolve) => {
      const headers = { authorization: `Bearer ${adminToken}` };
      const asked = request(url, { headers, agent: false }, (response) => {
        response.resume();
        response.on("end", () => resolve(response.statusCode === 200 ? undefined : `status ${response.statusCode}`));
        response.on("error", (error) => resolve(`answer: ${error.message}`));
      });
      asked.on("error", (error) => resolve(error.message)).end();
    });
    seen.answers += 1;
    seen.slowest = Math.max(seen.slowest, performance.now() - began);
    if (trouble !== undefined) seen.troubles.push(trouble);
  }
}
