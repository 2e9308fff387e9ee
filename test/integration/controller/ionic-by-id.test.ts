import { expect, test } from "vitest";
import { call } from "../../../src/agent/connection/controller-client.ts";
import { begin, scene } from "./ionic-builds.ts";
import { ionic } from "./ionic-requests.ts";

const SHA = "0123456789abcdef0123456789abcdef01234567";

test("what the GitHub action asks for by number is the same at each time, in pages that say how many there are", async () => {
  const { controller, app, ask } = await scene();
  for (const name of ["Production", "Staging"]) {
    await controller.api("PUT", `/environments/${name}`, { variables: { A: "1" } });
  }
  const get = async (path: string) => (await ionic(controller, "GET", path)).body;
  const first = await get(`/apps/${app}/environments?page=1&page_size=1&meta_fields=total`);
  expect(first.meta.total).toBe(2);
  const second = await get(`/apps/${app}/environments?page=2&page_size=1&meta_fields=total`);
  expect([...first.data, ...second.data].map(({ name }) => name)).toEqual(["Production", "Staging"]);
  expect(await get(`/apps/${app}/environments?page=1&page_size=1`)).toMatchObject({ data: first.data });
  expect(Number.isSafeInteger(first.data[0].id)).toBe(true);
  for (const path of ["channels", "distribution-credentials", "profiles", "native-configs", "commits"]) {
    expect(await get(`/apps/${app}/${path}?page=1&page_size=1&meta_fields=total`)).toMatchObject({
      data: [],
      meta: { total: 0 },
    });
  }
  const { data: stacks } = await get("/stacks");
  const named = (platform: string) => stacks.filter((each: { platform: string }) => each.platform === platform);
  expect(named("ANDROID")).toMatchObject([
    { friendly_name: "Latest", latest: true, build_types: [{ name: "debug" }, { name: "release" }] },
    { friendly_name: "Linux - 2026.10", latest: false },
  ]);
  expect(named("WEB")[0]).toMatchObject({ latest: true, build_types: [] });
  expect((await ask()).status).toBe(201);
});

test("a build asked for by numbers is the one that was meant; a number that nothing has is refused with those that exist", async () => {
  const { controller, app, ask, agent } = await scene();
  await controller.api("PUT", "/environments/Production", { variables: { A: "1" } });
  await ask({ commit_sha: SHA });
  const job = await begin(agent);
  const client = agent.client.lease;
  const event = { seq: 2, atMs: 1, kind: "commit", step: "fetch", title: "", outcome: "", detail: SHA };
  await call(client.reportEvents.bind(client), { lease: job.lease, events: [event] }, job.jobToken);
  const list = async (path: string) => (await ionic(controller, "GET", path)).body.data;
  const [commit] = await list(`/apps/${app}/commits`);
  expect(commit).toMatchObject({ sha: SHA, short_sha: SHA.slice(0, 8) });
  const [environment] = await list(`/apps/${app}/environments`);
  const stack = (await list("/stacks")).find(
    (each: { platform: string; latest: boolean }) => each.platform === "ANDROID" && !each.latest,
  );
  const request = { platform: "ANDROID", build_type: "debug", commit_id: commit.id, environment_id: environment.id };
  const made = await ionic(controller, "POST", `/apps/${app}/packages/`, { ...request, stack_id: stack.id });
  expect(made.status, JSON.stringify(made.body)).toBe(201);
  expect(made.body.data).toMatchObject({
    job_id: 2,
    commit: { sha: SHA },
    environment_name: "Production",
    stack: { friendly_name: "Linux - 2026.10" },
  });
  const deploy = { commit_id: commit.id, environment_id: environment.id, channel_ids: [], web_preview: false };
  expect((await ionic(controller, "POST", `/apps/${app}/deploys/`, deploy)).status).toBe(201);
  const refused = async (change: object) => {
    const answer = await ionic(controller, "POST", `/apps/${app}/packages`, { ...request, ...change });
    expect(answer.status).toBe(404);
    return answer.body.error.message;
  };
  expect(await refused({ environment_id: 7 })).toContain(`${environment.id} (Production)`);
  expect(await refused({ commit_id: 7 })).toContain(`${commit.id} (${SHA.slice(0, 8)})`);
  expect(await refused({ stack_id: 7 })).toContain(`${stack.id} (Linux - 2026.10)`);
});
