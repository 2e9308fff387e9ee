import type { BuildDetails } from "../../src/protocol/api.ts";
import type { IdleAgent } from "./agent.ts";
import { type Ask, askAs } from "./ask.ts";

export const PASSWORD = "correct horse battery";

/** An account with something of everything, and what it is called; all names are made of `mark`. */
export interface FilledAccount {
  id: string;
  name: string;
  admin: string;
  app: string;
  token: string;
  /** What stands for a parameter or field of this name. */
  names: Record<string, string[]>;
  /** Texts that only those who may read the account may see. */
  secrets: string[];
}

/** `mark` answers a fresh distinctive word at each call. */
export async function fillAccount(
  httpUrl: string,
  operator: Ask,
  agent: IdleAgent,
  mark: () => string,
): Promise<FilledAccount> {
  const name = mark();
  const [email, viewer, visitor] = [`${mark()}@example.com`, `${mark()}@example.com`, `${mark()}@example.com`];
  const account = await operator<{ id: string }>("POST", "/accounts", { name });
  const people: string[] = [];
  for (const [address, role] of [
    [email, "admin"],
    [viewer, "viewer"],
    [visitor, "viewer"],
  ] as const) {
    const user = await operator<{ id: number }>("POST", "/users", { email: address, name: mark(), password: PASSWORD });
    await operator("PUT", `/accounts/${account.id}/members/${address}`, { role });
    people.push(`${user.id}`);
  }
  const login = { email, password: PASSWORD };
  const { token } = await askAs(httpUrl, undefined)<{ token: string }>("POST", "/session", login);
  const ask = askAs(httpUrl, token);
  const [own, elsewhere, environment, native] = [mark(), mark(), mark(), mark()];
  const app = await ask<{ id: string; hookUrl: string }>("POST", "/apps", { name: own });
  const git = { gitUrl: `https://git.example.test/${mark()}.git`, gitUsername: mark(), gitPassword: mark() };
  const other = await ask<{ id: string }>("POST", "/apps", { name: elsewhere, ...git });
  const variables = { variables: { PLAIN: mark() }, secrets: { HIDDEN: mark() } };
  await ask("PUT", `/environments/${environment}`, variables);
  await ask("PUT", `/native-configs/${native}`, { appName: mark() });
  const automation = mark();
  const rule = { name: automation, branches: [`${mark()}/*`], request: { kind: "deploy", environment } };
  await ask("POST", `/apps/${app.id}/automations`, rule);
  const pushSecret = await ask<{ secret: string }>("POST", `/apps/${other.id}/push-secret`);
  const url = `http://127.0.0.1:1/${mark()}`;
  const webhook = await ask<{ id: string; secret: string }>("POST", "/webhooks", { url, app: app.id });
  const delivery = await ask<{ id: number }>("POST", `/webhooks/${webhook.id}/ping`);
  const made = await ask<{ id: string; token: string }>("POST", "/tokens", { name: mark(), scopes: ["manage"] });
  const builds = await someBuilds(ask, agent, other.id, { environment, nativeConfig: native }, mark);
  const files = builds.flatMap(({ artifacts }) => artifacts.map(({ id }) => id));
  const ids = builds.map(({ id }) => `${id}`);
  const names = {
    account: [account.id, name],
    org_id: [account.id, name],
    app: [app.id, own, other.id, elsewhere],
    id: ids,
    build: ids,
    package_build_id: ids,
    name: [environment, native, automation],
    environment: [environment],
    environment_name: [environment],
    nativeConfig: [native],
    native_config_name: [native],
    user: [email, viewer, ...people],
    email: [visitor],
    token: [made.id],
    webhook: [webhook.id],
    delivery: [`${delivery.id}`],
    artifact: files,
    repository: [`${app.id}.git`, `${other.id}.git`],
    commit: ["main"],
    commit_sha: ["main"],
    kind: ["deploy"],
  };
  const secrets = [account.id, app.id, other.id, webhook.id, webhook.secret, made.id, made.token, token, ...files];
  return { id: account.id, name, admin: email, app: app.id, token, names, secrets: [...secrets, pushSecret.secret] };
}

/** One that succeeded with a log and a file, one that runs, one that was canceled, one that waits. */
async function someBuilds(ask: Ask, agent: IdleAgent, app: string, settings: object, mark: () => string) {
  const request = (commit: string) =>
    ask<{ id: number }>("POST", `/apps/${app}/builds`, { kind: "deploy", commit, ...settings });
  const done = await request(mark());
  await agent.finish(await agent.begin(), mark());
  const runs = await request(mark());
  await agent.log(await agent.begin(), `${mark()}\n`);
  const canceled = await request(mark());
  await ask("POST", `/builds/${canceled.id}/cancel`);
  const waits = await request(mark());
  return Promise.all([done, runs, canceled, waits].map(({ id }) => ask<BuildDetails>("GET", `/builds/${id}`)));
}
