import { expect, test } from "vitest";
import type { Agent } from "../../../src/protocol/api.ts";
import type { AuditEntry } from "../../../src/protocol/audit-api.ts";
import { type ApiOf, type TestController, testController } from "../../support/controller.ts";
import { documentedRoutes, type Route } from "../../support/documented-routes.ts";
import { type Person, person } from "../../support/people.ts";
import { ScriptedAgent } from "../../support/scripted-agent.ts";
import { takeBuild } from "./given-material.ts";

/** Stands in the name of everything that the other account has. */
const MARK = "zqx";
const DEPLOY = { kind: "deploy", commit: "main" };

/** What makes a request of each route good enough to get as far as looking for what the path names. */
const BODIES: Record<string, object> = {
  "POST /apps/:app/builds": DEPLOY,
  "PATCH /apps/:app": { subfolder: "x" },
  "POST /apps/:app/automations": { name: "a", branches: ["*"], request: { kind: "deploy" } },
  "PUT /environments/:name": { variables: {} },
  "PUT /native-configs/:name": { appName: "x" },
  "PATCH /webhooks/:webhook": { enabled: false },
  "PUT /accounts/:account/members/:user": { role: "viewer" },
  "PATCH /accounts/:account": { concurrencyLimit: 9 },
  "PATCH /users/:user": { operator: true },
};

interface World {
  controller: TestController;
  intruder: Person;
  /** What paths may name of the other account, by parameter; beside something of the kind that doesn't exist. */
  keys: Record<string, [victim: string, nothing: string][]>;
  secrets: string[];
}

async function idOf(answer: ReturnType<ApiOf>): Promise<string> {
  const { status, body } = await answer;
  if (status !== 201) throw new Error(`${status} ${JSON.stringify(body)}`);
  return `${(body as { id: string | number }).id}`;
}

/** Two accounts: the other one has everything that there can be, the intruder's own an app. */
async function twoAccounts(): Promise<World> {
  const controller = await testController();
  const victim = await person(controller, `${MARK}@example.com`, { [`${MARK}-bank`]: "admin" });
  const intruder = await person(controller, "ivan@example.com", { mine: "admin" });
  const api: ApiOf = (method, path, body) => victim.api(method, path, body);
  const app = await idOf(api("POST", "/apps", { name: `${MARK}-app`, gitUrl: `https://x.test/${MARK}.git` }));
  await idOf(intruder.api("POST", "/apps", { name: "own", gitUrl: "https://x.test/own.git" }));
  await api("PUT", `/environments/${MARK}-env`, { variables: { [MARK]: MARK } });
  await api("PUT", `/native-configs/${MARK}-native`, { appName: MARK });
  const automation = { name: `${MARK}-auto`, branches: [`${MARK}/*`], request: { kind: "deploy" } };
  await idOf(api("POST", `/apps/${app}/automations`, automation));
  const webhook = await idOf(api("POST", "/webhooks", { url: `https://example.com/${MARK}`, enabled: false }));
  const token = await idOf(api("POST", "/tokens", { name: `${MARK}-ci`, scopes: [] }));
  let build = "";
  for (let number = 0; number < 7; number++) build = await idOf(api("POST", `/apps/${app}/builds`, DEPLOY));
  const { accounts } = (await api("GET", "/accounts")).body as { accounts: { id: string }[] };
  const account = accounts[0]?.id ?? "";
  return {
    controller,
    intruder,
    keys: {
      app: [
        [app, "a00000000"],
        [`${MARK}-app`, "nothing-app"],
      ],
      id: [[build, "987654"]],
      account: [
        [account, "o00000000"],
        [`${MARK}-bank`, "nothing-bank"],
      ],
      name: [
        [`${MARK}-env`, "nothing-env"],
        [`${MARK}-native`, "nothing-native"],
        [`${MARK}-auto`, "nothing-auto"],
      ],
      user: [[victim.email, "nobody@example.com"]],
      token: [[token, "t0000000000000000"]],
      webhook: [[webhook, "w0000000000000000"]],
      artifact: [["f0000000000000000", "f0000000000000000"]],
      delivery: [["1", "987654"]],
      agent: [[`${MARK}-host`, "nothing-host"]],
      invitation: [["i0000000000000000", "i0000000000000001"]],
      window: [["m0000000000000000", "m0000000000000001"]],
    },
    secrets: [MARK, app, account, webhook, token],
  };
}

/** Pairs of the path with what is the other account's, and with what doesn't exist. */
function pathsOf(path: string, keys: World["keys"]): [string, string, [string, string][]][] {
  const names = [...path.matchAll(/:(\w+)/g)].map(([, name = ""]) => name);
  let all: [string, string, [string, string][]][] = [[path, path, []]];
  for (const name of names) {
    const values = keys[name];
    if (!values) throw new Error(`${path}: the test doesn't know what :${name} could be`);
    all = all.flatMap(([victim, nothing, used]) =>
      values.map((pair): [string, string, [string, string][]] => [
        victim.replace(`:${name}`, pair[0]),
        nothing.replace(`:${name}`, pair[1]),
        [...used, pair],
      ]),
    );
  }
  return all;
}

/** An answer without what the request itself said, and without times. */
async function shape(answer: ReturnType<ApiOf>, said: readonly string[]): Promise<string> {
  const { status, body } = await answer;
  let text = `${status} ${JSON.stringify(body)}`.replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, "TIME");
  for (const word of said) text = text.replace(new RegExp(`\\b${word}\\b`, "g"), "KEY");
  return text;
}

test("no route tells a person of another account more than of what doesn't exist", async () => {
  const { intruder, keys, secrets } = await twoAccounts();
  const isList = ({ method, path }: Route) => method === "GET" && !path.includes(":");
  // Lists first: later the intruder has things of the same names.
  const routes = documentedRoutes().sort((a, b) => Number(isList(b)) - Number(isList(a)));
  expect(routes.length).toBeGreaterThan(45);
  for (const { method, path } of routes) {
    if (path === "/builds/changes") continue; // it has no end: build-changes.test.ts
    if (path === "/session" || path === "/me/password") continue; // it would end the intruder's own login
    const body = method === "GET" || method === "DELETE" ? undefined : (BODIES[`${method} ${path}`] ?? {});
    for (const [there, nowhere, used] of pathsOf(path, keys)) {
      const title = `${method} ${there}`;
      const seen = await shape(
        intruder.api(method, there, body),
        used.map(([victim]) => victim),
      );
      const unseen = await shape(
        intruder.api(method, nowhere, body),
        used.map(([, nothing]) => nothing),
      );
      expect(seen, title).toBe(unseen);
      expect(Number(seen.slice(0, 3)), title).toBeLessThan(500);
      for (const secret of secrets) expect(seen, title).not.toContain(secret);
      const isOwn =
        !path.includes(":") ||
        path.includes(":agent") ||
        path.includes(":name") ||
        path.includes(":user") ||
        path.includes(":invitation") ||
        path.includes(":window") ||
        path === "/profiles/check";
      if (!isOwn) expect(seen, title).toMatch(/^404 /);
    }
  }
});

test("no query and no body leads into another account either", async () => {
  const { intruder, keys, secrets } = await twoAccounts();
  const collections = ["/apps", "/builds", "/audit", "/profiles", "/environments", "/native-configs", "/webhooks"];
  const requests: [string, string, (key: string) => [string, object | undefined]][] = [
    ...collections.map((path): [string, string, (key: string) => [string, undefined]] => [
      "GET",
      "account",
      (key) => [`${path}?account=${key}`, undefined],
    ]),
    ["GET", "app", (key) => [`/builds?app=${key}`, undefined]],
    ["GET", "app", (key) => [`/builds/changes?app=${key}`, undefined]],
    ["GET", "account", (key) => [`/builds/changes?account=${key}`, undefined]],
    ["GET", "name", (key) => [`/audit?name=${key}`, undefined]],
    ["GET", "id", (key) => [`/audit?build=${key}`, undefined]],
    ["POST", "account", (key) => [`/apps?account=${key}`, { name: "x", gitUrl: "https://x.test/x.git" }]],
    ["PUT", "account", (key) => [`/environments/x?account=${key}`, { variables: {} }]],
    ["DELETE", "account", (key) => [`/environments/${MARK}-env?account=${key}`, undefined]],
    ["POST", "account", (key) => ["/tokens", { name: "x", scopes: [], account: key }]],
    ["POST", "app", (key) => ["/webhooks", { url: "https://example.com/x", app: key }]],
    ["POST", "account", (key) => [`/webhooks?account=${key}`, { url: "https://example.com/x" }]],
    ["POST", "name", (key) => ["/apps/own/builds", { ...DEPLOY, environment: key }]],
    ["POST", "name", (key) => ["/apps/own/builds", { ...DEPLOY, nativeConfig: key }]],
    ["POST", "name", (key) => ["/apps/own/builds", { ...DEPLOY, securityProfile: key }]],
  ];
  for (const [method, parameter, of] of requests) {
    for (const [there, nowhere] of keys[parameter] ?? []) {
      const send = ([path, body]: [string, object | undefined]) => intruder.api(method, path, body);
      const title = `${method} ${of(there)
        .map((part) => JSON.stringify(part))
        .join(" ")}`;
      const seen = await shape(send(of(there)), [there]);
      expect(seen, title).toBe(await shape(send(of(nowhere)), [nowhere]));
      for (const secret of secrets) expect(seen.replaceAll(`${MARK}-env`, ""), title).not.toContain(secret);
      if (parameter !== "id" && method !== "GET") expect(seen, title).toMatch(/^404 /);
    }
  }
});

test("agents are shown to everybody, the builds on them only to who may read them", async () => {
  const { controller, intruder } = await twoAccounts();
  const agent = new ScriptedAgent(controller);
  await agent.open("host-1", "m1", 1);
  await takeBuild(agent);
  const running = async (api: ApiOf) => {
    const { agents } = (await api("GET", "/agents")).body as { agents: Agent[] };
    return agents.map((each) => [each.name, each.running]);
  };
  expect(await running(intruder.api)).toEqual([["host-1", []]]);
  expect(await running(controller.api)).toEqual([["host-1", [1]]]);
});

test("an admin of an account reads its audit and nobody else's, and members who are no admins read none", async () => {
  const { controller, intruder } = await twoAccounts();
  const { entries } = (await intruder.api("GET", "/audit")).body as { entries: AuditEntry[] };
  expect(entries.map(({ kind, name }) => [kind, name])).toEqual([
    ["app", "own"],
    ["member", "ivan@example.com"],
    ["account", "mine"],
  ]);
  const viewer = await person(controller, "vera@example.com", { mine: "viewer" });
  expect((await viewer.api("GET", "/audit")).status).toBe(403);
  expect((await viewer.api("GET", "/apps")).status).toBe(200);
});

test("a member does what the role says, and is told so for what it doesn't", async () => {
  const controller = await testController();
  await controller.api("POST", "/apps", { name: "demo", gitUrl: "https://x.test/x.git" });
  const members = {
    viewer: await person(controller, "vera@example.com", { default: "viewer" }),
    developer: await person(controller, "dora@example.com", { default: "developer" }),
    admin: await person(controller, "anna@example.com", { default: "admin" }),
  };
  const rows: [string, string, object | undefined, Record<keyof typeof members, number>][] = [
    ["GET", "/apps/demo", undefined, { viewer: 200, developer: 200, admin: 200 }],
    ["POST", "/apps/demo/builds", DEPLOY, { viewer: 403, developer: 201, admin: 201 }],
    ["POST", "/builds/1/cancel", undefined, { viewer: 403, developer: 200, admin: 409 }],
    ["PATCH", "/apps/demo", { subfolder: "x" }, { viewer: 403, developer: 403, admin: 200 }],
    ["PUT", "/environments/Prod", { variables: {} }, { viewer: 403, developer: 403, admin: 200 }],
    ["DELETE", "/environments/Prod", undefined, { viewer: 403, developer: 403, admin: 204 }],
    ["GET", "/accounts/default/members", undefined, { viewer: 403, developer: 403, admin: 200 }],
    ["POST", "/keys/rotate", undefined, { viewer: 403, developer: 403, admin: 403 }],
    ["GET", "/users", undefined, { viewer: 403, developer: 403, admin: 403 }],
  ];
  for (const [method, path, body, expected] of rows) {
    for (const [role, { api }] of Object.entries(members))
      expect([`${method} ${path}`, role, (await api(method, path, body)).status]).toEqual([
        `${method} ${path}`,
        role,
        expected[role as keyof typeof members],
      ]);
  }
});
