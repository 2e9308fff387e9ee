import { expect, test } from "vitest";
import type { AllowLists } from "../../../src/protocol/job-folder/spec.ts";
import { MAKES_PAGE, webApp } from "./repositories.ts";
import { addSubmodule, gitServer } from "./served.ts";
import { runToEnd } from "./supervisor.ts";

const AT = "/etc/millwright/agent.config.yaml";
const ALL: AllowLists = {
  repositories: ["*"],
  environments: ["*"],
  securityProfiles: ["*"],
  variables: ["*"],
  ruledBy: {
    repositories: `${AT}:7: allow.repositories`,
    environments: `${AT}:8: allow.environments`,
    securityProfiles: `${AT}:9: allow.securityProfiles`,
    variables: `${AT}:10: allow.variables`,
  },
};
const LOGIN = { username: "ann", password: "token-of-the-app" };
const ENVIRONMENT = { secrets: { APP_KEY: "hidden-value-1" }, files: {} };
const MATERIALS = {
  git: { material: LOGIN, mask: [LOGIN.password] },
  environment: { material: ENVIRONMENT, mask: ["hidden-value-1"] },
};

/** Builds one app on a host that allows no more than this. */
async function built(allow: Partial<AllowLists>, spec: object = {}, address = (url: string) => url) {
  const server = await gitServer("ann:token-of-the-app");
  const app = server.add("team/app", webApp(MAKES_PAGE));
  const plain = `${server.url}/team/*`;
  const allowed = { ...ALL, ...allow, repositories: (allow.repositories ?? [plain]).map((each) => each) };
  const job = await runToEnd({
    spec: { gitUrl: address(app.url), commit: app.sha, ...spec },
    host: { allow: allowed },
    materials: MATERIALS,
  });
  return { job, requests: server.requests, asked: job.asked, failure: job.end.failure, log: job.log() };
}

test("What a host allows is built, and its log says nothing of it", async () => {
  const { job, log } = await built(
    { environments: ["stag*"], variables: ["APP_*"] },
    {
      environment: { name: "staging", variables: { APP_NAME: "x" }, secretNames: ["APP_KEY"] },
    },
  );
  expect(job.end.outcome, log).toBe("success");
});

test("A repository that a host doesn't allow is not asked for anything, and neither are secrets", async () => {
  for (const repositories of [[], ["github.com/**"], ["http://127.0.0.1/team/*"]]) {
    const { job, requests, asked, failure, log } = await built({ repositories });
    expect(job.end.outcome).toBe("failed");
    expect(failure).toMatchObject({ code: "REPOSITORY_NOT_ALLOWED", blame: "host", step: "fetch" });
    expect(failure?.why).toContain(`${AT}:7: allow.repositories`);
    expect(failure?.what).toContain("test-host");
    expect(log).toContain("allow.repositories");
    expect(requests).toEqual([]);
    expect(asked).toEqual([]);
    expect(job.steps()).toEqual(["fetch: failed"]);
  }
});

test("No way of writing an address gets past the list", async () => {
  const tricks = [
    (url: string) => url.replace("http://", "http://github.com@"),
    (url: string) => url.replace("/team/", "/team/../other/"),
    (url: string) => url.replace("/team/", "/team/%2e%2e/other/"),
    (url: string) => url.replace("/team/app.git", "/team/app.git?x=/team/a"),
    () => "git@github.com@evil.test:team/app.git",
    () => "ext::sh -c 'echo team/app'",
  ];
  for (const trick of tricks) {
    const { requests, failure } = await built(
      { repositories: ["github.com/team/*", "http://github.com/team/*"] },
      {},
      trick,
    );
    expect(failure?.code, String(trick)).toBe("REPOSITORY_NOT_ALLOWED");
    expect(requests).toEqual([]);
  }
});

test("Environments, security profiles and variables are refused by name before anything is fetched", async () => {
  const environment = { name: "production", variables: { NODE_OPTIONS: "--require ./x" }, secretNames: ["APP_KEY"] };
  const securityProfile = { name: "store", type: "production" };
  const cases: [Partial<AllowLists>, object, RegExp, RegExp][] = [
    [
      { environments: ["staging"] },
      { environment },
      /environment production/,
      /:8: allow\.environments allows: staging/,
    ],
    [
      { securityProfiles: [] },
      { securityProfile },
      /security profile store/,
      /:9: allow\.securityProfiles allows: none/,
    ],
    [{ variables: ["APP_*"] }, { environment }, /variable NODE_OPTIONS/, /:10: allow\.variables/],
    [{ variables: ["NODE_OPTIONS"] }, { environment }, /variable APP_KEY/, /:10: allow\.variables/],
  ];
  for (const [allow, spec, what, why] of cases) {
    const { requests, asked, failure } = await built(allow, spec);
    expect(failure).toMatchObject({ code: "NOT_ALLOWED_HERE", what: expect.stringMatching(what) });
    expect(failure?.why).toMatch(why);
    expect([requests, asked]).toEqual([[], []]);
  }
});

test("A variable that the controller didn't name is refused when it comes, before anything of the app runs", async () => {
  const { failure, log } = await built(
    { variables: ["OTHER"] },
    {
      environment: { name: "staging", variables: {}, secretNames: ["OTHER"] },
    },
  );
  expect(failure).toMatchObject({ code: "NOT_ALLOWED_HERE", what: expect.stringContaining("variable APP_KEY") });
  expect(log).not.toContain("build.mjs");
});

test("Submodules come from allowed repositories only", async () => {
  const server = await gitServer();
  const lib = server.add("others/lib", { "a.txt": "lib" });
  const app = server.add("team/app", webApp(MAKES_PAGE));
  const sha = addSubmodule(app, "libs/a", lib.url, lib.sha);
  app.push();
  const run = (repositories: string[]) =>
    runToEnd({ spec: { gitUrl: app.url, commit: sha }, host: { allow: { ...ALL, repositories } } });
  const refused = await run([`${server.url}/team/*`]);
  expect(refused.end.failure).toMatchObject({
    code: "REPOSITORY_NOT_ALLOWED",
    what: expect.stringContaining("others/lib"),
  });
  expect(server.requests.filter((each) => JSON.stringify(each).includes("others/lib"))).toEqual([]);
  const built = await run([`${server.url}/team/*`, `${server.url}/others/lib`]);
  expect(built.end.outcome, built.log()).toBe("success");
});

test("A job that the daemon refused ends with its words, and nothing of it is done", async () => {
  const server = await gitServer();
  const app = server.add("team/app", webApp(MAKES_PAGE));
  const refused = {
    code: "SPEC_SIGNATURE_WRONG",
    blame: "controller",
    what: "It isn't.",
    why: "So.",
    next: "Look.",
  } as const;
  const job = await runToEnd({ spec: { gitUrl: app.url, commit: app.sha }, host: { refused } });
  expect(job.end.failure).toMatchObject(refused);
  expect(server.requests).toEqual([]);
  expect(job.steps()).toEqual(["fetch: failed"]);
});
