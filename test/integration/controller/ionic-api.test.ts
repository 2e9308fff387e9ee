import { expect, test } from "vitest";
import { type TestController, testController } from "../../support/controller.ts";
import { begin, scene, sendFile } from "./ionic-builds.ts";
import { type Answer, ionic } from "./ionic-requests.ts";

async function withApp(): Promise<{ controller: TestController; app: string }> {
  const controller = await testController();
  const added = await controller.api("POST", "/apps", { name: "Hello App", gitUrl: "https://me:pw@git.test/x.git" });
  return { controller, app: (added.body as { id: string }).id };
}

/** Each answer has what the CLIs look for before anything else. */
function expectEnvelope({ status, type, body }: Answer): void {
  expect(type).toMatch(/^application\/json/);
  expect(body.meta).toMatchObject({ status, version: expect.any(String), request_id: expect.any(String) });
  expect("error" in body).toBe(status >= 400);
  if (status >= 400) {
    expect(body.error.message).toMatch(/\S/);
    expect(body.error.message).not.toContain("\n");
    expect(typeof body.error.type).toBe("string");
  }
}

test("every answer is in the envelope, also what fails before a handler is reached", async () => {
  const { controller, app } = await withApp();
  const path = `/apps/${app}/packages/verbose_post`;
  const answers: [number, Promise<Answer>][] = [
    [200, ionic(controller, "GET", "/users/self")],
    [200, ionic(controller, "GET", `/apps/${app}`)],
    [200, ionic(controller, "GET", "/apps?page=1&page_size=100")],
    [401, ionic(controller, "GET", "/users/self", undefined, { token: null })],
    [401, ionic(controller, "GET", `/apps/${app}`, undefined, { token: "wrong" })],
    [404, ionic(controller, "GET", "/nowhere", undefined, { token: null })],
    [404, ionic(controller, "GET", "/apps/a0000000")],
    [404, ionic(controller, "GET", `/apps/${app}/packages/77`)],
    [404, ionic(controller, "GET", `/apps/${app}/packages/..%2f..%2fx`)],
    [404, ionic(controller, "GET", `/apps/${app}/snapshots`)],
    [404, ionic(controller, "GET", "/auth/connections/me%40example.test", undefined, { token: null })],
    [404, ionic(controller, "POST", "/users/7/sshkeys", { pubkey: "x" })],
    [400, ionic(controller, "POST", path, undefined, { text: "{broken" })],
    [400, ionic(controller, "POST", path, undefined, { text: "" })],
    [400, ionic(controller, "POST", path, undefined, { text: JSON.stringify({ a: "x".repeat(70_000) }) })],
    [400, ionic(controller, "POST", path, { platform: 7, build_type: "debug", commit_sha: "HEAD" })],
    [400, ionic(controller, "POST", path, undefined, { text: "a=b", headers: { "content-type": "text/x" } })],
    [400, ionic(controller, "GET", "/apps?page=0")],
    [400, ionic(controller, "GET", "/apps/%zz")],
    [400, ionic(controller, "GET", `/apps/${"a".repeat(5000)}`)],
  ];
  for (const [status, answer] of answers) {
    const got = await answer;
    expect(got.status, JSON.stringify(got.body)).toBe(status);
    expectEnvelope(got);
  }
});

test("an app is shown without what its address logs in with, and one that is made here has a remote of its own", async () => {
  const { controller, app } = await withApp();
  const shown = await ionic(controller, "GET", `/apps/${app}`);
  expect(shown.body.data).toMatchObject({ id: app, name: "Hello App", slug: "hello-app", org: { name: "default" } });
  expect(shown.body.data.repo_url).toBe("https://git.test/x.git");
  const made = await ionic(controller, "POST", "/apps", { name: "Another", org_id: null });
  expect(made.status).toBe(201);
  expect(made.body.data.repo_url).toContain(controller.httpUrl);
  expect(made.body.data.id).toMatch(/[a-z]/);
  const again = await ionic(controller, "POST", "/apps", { name: "Another" });
  expect(again).toMatchObject({ status: 409, body: { error: { type: "NAME_TAKEN" } } });
  const pages = await Promise.all([1, 2, 3].map((page) => ionic(controller, "GET", `/apps?page=${page}&page_size=1`)));
  expect(pages.map(({ body }) => body.data.length)).toEqual([1, 1, 0]);
  expect(pages[0]?.body.meta.total).toBe(2);
});

test("telemetry is answered before it is read", async () => {
  const { controller } = await withApp();
  const answer = await ionic(controller, "POST", "/events/metrics", { value: "x".repeat(500_000) }, { token: null });
  expect(answer.status).toBe(204);
});

test("a wrong name is refused with those that exist, a store destination and a channel with what to do instead", async () => {
  const { controller, app } = await withApp();
  await controller.api("PUT", "/environments/Production", { variables: { A: "1" } });
  const ask = (fields: object) =>
    ionic(controller, "POST", `/apps/${app}/packages/verbose_post`, {
      platform: "android",
      build_type: "debug",
      commit_sha: "main",
      stack_name: null,
      ...fields,
    });
  const message = async (fields: object) => (await ask(fields)).body.error.message;
  expect(await message({ environment_name: "production" })).toMatch(/There is no environment production.*Production/);
  expect(await message({ profile_name: "Nobody" })).toMatch(/There is no security profile Nobody/);
  expect(await message({ native_config_name: "Nothing" })).toMatch(/There is no native config Nothing/);
  expect(await message({ platform: "windows" })).toMatch(/android or ios/);
  expect(await message({ build_type: "app-store" })).toMatch(/debug, release/);
  expect(await message({ platform: "ios", build_type: "development", profile_name: "" })).toMatch(/security profile/);
  expect(await message({ distribution_credential_name: "Store" })).toMatch(/Store isn't offered.*--destination/);
  const deploy = { commit_sha: "main", channel_names: ["Production"] };
  const refused = await ionic(controller, "POST", `/apps/${app}/deploys/verbose_post`, deploy);
  expect(refused.body.error.message).toMatch(/channel Production isn't offered.*--channel/);
  const store = { package_build_id: "1", distribution_credential_name: "Store" };
  const distribution = await ionic(controller, "POST", `/apps/${app}/distributions/verbose_post`, store);
  expect(distribution.body.error.message).toMatch(/Store isn't offered/);
  expect((await controller.api("GET", "/builds")).body).toMatchObject({ builds: [] });
});

test("what belongs to another account isn't there, for whoever asks by whatever id", async () => {
  const { controller, app, agent, ask } = await scene();
  await ask();
  const job = await begin(agent);
  const file = await sendFile(agent, job, "demo.apk", "apk");
  await agent.complete(job.lease, job.jobToken, "", { artifactIds: [file] });
  await controller.api("PUT", "/environments/Secretive", { variables: { A: "1" } });
  const email = "stranger@example.test";
  const user = (await controller.api("POST", "/users", { email, password: "correct horse 1" })).body as { id: number };
  await controller.api("POST", "/accounts", { name: "elsewhere" });
  await controller.api("PUT", `/accounts/elsewhere/members/${user.id}`, { role: "admin" });
  const login = await ionic(controller, "POST", "/login", { email, password: "correct horse 1" }, { token: null });
  expect(login.body.data).toMatchObject({ token: expect.any(String), user: { id: user.id, email } });
  const { token } = login.body.data;
  const as = (method: string, path: string, body?: unknown) => ionic(controller, method, path, body, { token });
  const request = { platform: "android", build_type: "debug", commit_sha: "main", environment_name: "x" };
  const answers = [
    as("GET", `/apps/${app}`),
    as("GET", "/apps/demo"),
    as("GET", `/apps/${app}/packages/1`),
    as("GET", `/apps/${app}/builds/1`),
    as("GET", `/apps/${app}/packages/1/download`),
    as("GET", `/apps/${app}/commits`),
    as("GET", `/apps/${app}/environments`),
    as("POST", `/apps/${app}/packages/verbose_post`, request),
    as("POST", `/apps/${app}/packages/`, { ...request, commit_id: 1 }),
    as("POST", `/apps/${app}/deploys/verbose_post`, { commit_sha: "main" }),
    as("GET", "/users/1000"),
  ];
  for (const answer of await Promise.all(answers)) {
    expect(answer.status, JSON.stringify(answer.body)).toBe(404);
    expect(JSON.stringify(answer.body)).not.toMatch(/Secretive|demo\.apk/);
  }
  expect((await as("GET", "/apps")).body.data).toEqual([]);
  const own = await as("POST", "/apps", { name: "mine", org_id: "elsewhere" });
  expect(own).toMatchObject({ status: 201, body: { data: { org: { name: "elsewhere" } } } });
  const mixed = await as("GET", `/apps/${own.body.data.id}/packages/1`);
  expect(mixed.status).toBe(404);
  expect((await as("POST", "/apps", { name: "theirs", org_id: "default" })).status).toBe(404);

  expect((await as("POST", "/logout", {})).status).toBe(204);
  expect((await as("GET", "/users/self")).status).toBe(401);
  const wrong = await ionic(controller, "POST", "/login", { email, password: "wrong" }, { token: null });
  expect([401, 403]).toContain(wrong.status);
});
