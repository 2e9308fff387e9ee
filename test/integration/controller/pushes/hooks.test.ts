import { connect } from "node:net";
import { expect, test } from "vitest";
import { testController } from "../../../support/controller.ts";
import { HOSTS, type Host, headersOf, post, pushOf } from "../../../support/hooks.ts";
import { addOwnRemote, addPerson, buildsOf, pushesOf } from "../../../support/pushing.ts";
import { refusal } from "../refusal.ts";

async function ground(timing: object = {}) {
  const controller = await testController(timing);
  await controller.api("POST", "/apps", { name: "shop", gitUrl: "https://git.example.com/shop.git" });
  const { secret, url } = (await controller.api("POST", "/apps/shop/push-secret")).body as {
    secret: string;
    url: string;
  };
  const send = (host: Host, payload: object = pushOf(host), more: { event?: string; delivery?: string } = {}) => {
    const body = JSON.stringify(payload);
    return post(url, body, headersOf(host, body, secret, more));
  };
  return { controller, secret, url, send };
}

/** A push to `main` from one commit to another, as GitHub tells it. */
function moved(before: string, after: string, ref = "refs/heads/main"): object {
  return {
    ...pushOf("github"),
    ref,
    before: before.repeat(40),
    after: after.repeat(40),
    head_commit: null,
    commits: [],
  };
}

const COMMIT: Record<Host, string> = {
  github: "7638417db6d59f3c431d3e1f261cc637155684cd",
  gitlab: "da1560886d4f094c3e6c9ef40349f7d38b5d27d7",
  "bitbucket-cloud": "709d658dc5b6d6afcd46049c2f332ee3f515a67d",
  "bitbucket-server": "a00945762949b7787503b8e66c6e6d5fa1f4ab4f",
  gitea: "bffeb74224043ba2feb48d137756c8a9331c449a",
};

const SOURCE: Record<Host, string> = {
  github: "GitHub",
  gitlab: "GitLab",
  "bitbucket-cloud": "Bitbucket",
  "bitbucket-server": "Bitbucket",
  gitea: "Gitea",
};

test.each(HOSTS)(
  "a push that %s tells of starts a deploy build of its commit, once for each delivery",
  async (host) => {
    const { controller, send } = await ground();
    const answer = await send(host, pushOf(host), { delivery: "d1" });
    expect(answer).toMatchObject({ status: 200, message: "ok" });
    expect(answer.pushes).toEqual([
      { branch: "main", commit: COMMIT[host], outcome: "deploy build: started build 1", repeated: false },
    ]);
    const again = await send(host, pushOf(host), { delivery: "d1" });
    expect(again).toMatchObject({ status: 200, message: "told of before: nothing was done" });
    expect(again.pushes).toMatchObject([{ repeated: true, outcome: "deploy build: started build 1" }]);
    expect(await buildsOf(controller, "shop")).toMatchObject([{ kind: "deploy", commit: COMMIT[host] }]);
    const [push] = await pushesOf(controller, "shop");
    expect(push).toMatchObject({ source: SOURCE[host], note: "Update the start page", builds: [1] });
    expect(["ann", "octo"]).toContain(push?.pushedBy);
  },
);

test.each(HOSTS)(
  "what isn't signed with the app's secret as %s does it is refused, and nothing is recorded",
  async (host) => {
    const { controller, secret, url } = await ground();
    const body = JSON.stringify(pushOf(host));
    const right = headersOf(host, body, secret);
    const names = ["x-hub-signature-256", "x-hub-signature", "x-gitlab-token", "x-gitea-signature"];
    const without = Object.fromEntries(Object.entries(right).filter(([name]) => !names.includes(name)));
    const attempts: [string, string, Record<string, string>][] = [
      [url, body, without],
      [url, body, headersOf(host, body, `${secret}x`)],
      [url, body, headersOf(host, body, "")],
      [url.replace(/\/a[0-9a-f]+$/, "/a00000000"), body, right],
      [url.replace(/\/a[0-9a-f]+$/, "/..%2fx"), body, right],
    ];
    if (host !== "gitlab") attempts.push([url, `${body} `, right]); // GitLab doesn't sign the bytes
    for (const [where, bytes, headers] of attempts) {
      const { status, error } = await post(where, bytes, headers);
      expect({ status, code: error?.code }).toEqual({ status: 401, code: "HOOK_NOT_VERIFIED" });
      expect(error?.why).not.toContain(secret);
    }
    expect(await pushesOf(controller, "shop")).toEqual([]);
  },
);

test("an app without a secret takes no webhook, and a new secret ends the old one", async () => {
  const { controller, secret, url, send } = await ground();
  const fresh = (await controller.api("POST", "/apps/shop/push-secret")).body as { secret: string };
  expect(fresh.secret).not.toBe(secret);
  expect(await send("github")).toMatchObject({ status: 401 });
  const body = JSON.stringify(pushOf("github"));
  expect(await post(url, body, headersOf("github", body, fresh.secret))).toMatchObject({ status: 200 });
  const bare = (await controller.api("POST", "/apps", { name: "bare", gitUrl: "/x" })).body as { hookUrl: string };
  expect(await post(bare.hookUrl, body, headersOf("github", body, ""))).toMatchObject({ status: 401 });
  expect((await controller.api("GET", "/apps/shop")).body).toMatchObject({ hasPushSecret: true, hookUrl: url });
  const audit = JSON.stringify((await controller.api("GET", "/audit?kind=app&name=shop")).body);
  expect(audit).toContain("replaced the push secret");
  expect(audit).not.toContain(fresh.secret);
});

test("only who manages the app makes its secret", async () => {
  const { controller, url } = await ground();
  const token = await addPerson(controller, "dev@example.com", "developer");
  const headers = { authorization: `Bearer ${token}` };
  const make = (app: string) =>
    fetch(`${new URL(url).origin}/api/v1/apps/${app}/push-secret`, { method: "POST", headers });
  expect((await make("shop")).status).toBe(403);
  expect((await make("unknown")).status).toBe(404);
});

test("a signed push that is sent again under another id does nothing, unless the branch is back where it began", async () => {
  const { controller, send } = await ground();
  const messages: (string | undefined)[] = [];
  const steps: [string, string][] = [
    ["0", "a"],
    ["a", "b"],
    ["a", "b"],
    ["0", "a"],
    ["b", "a"],
    ["a", "b"],
  ];
  for (const [before, after] of steps) messages.push((await send("github", moved(before, after))).message);
  expect(messages.map((message) => message?.slice(0, 4))).toEqual(["ok", "ok", "told", "told", "ok", "ok"]);
  expect(await buildsOf(controller, "shop")).toHaveLength(4);
});

test("pings are answered; tags, deleted branches and other events start nothing and say so", async () => {
  const { controller, send, url } = await ground();
  expect(await send("github", { zen: "x" }, { event: "ping" })).toMatchObject({ status: 200, message: "pong" });
  expect(await send("bitbucket-server", { test: true }, { event: "diagnostics:ping" })).toMatchObject({ status: 200 });
  const bare = { "x-event-key": "diagnostics:ping", "content-type": "application/json" };
  expect(await post(url, '{"test":true}', bare)).toMatchObject({ status: 200 });
  const tag = await send("github", moved("0", "a", "refs/tags/v1"));
  expect(tag).toMatchObject({ status: 200, pushes: [], ignored: ["the tag v1"] });
  const stands = await send("gitea", { ...pushOf("gitea"), before: pushOf("gitea")["after"] });
  expect(stands.ignored).toEqual(["the branch main, which is where it was"]);
  expect((await send("github", {}, { event: "issues" })).ignored).toEqual(["the event issues"]);
  expect((await send("gitlab", {}, { event: "Tag Push Hook" })).ignored).toEqual(["a tag"]);
  expect((await send("bitbucket-cloud")).ignored).toEqual(["the tag v1.0.0"]);
  expect(await buildsOf(controller, "shop")).toHaveLength(1);
  const gone = await send("github", moved("a", "0", "refs/heads/old"));
  expect(gone.pushes).toMatchObject([{ branch: "old", commit: "", outcome: "ignored: the branch was deleted" }]);
  expect(await buildsOf(controller, "shop")).toHaveLength(1);
});

test("payloads that aren't as documented are refused by field, also when they are signed", async () => {
  const { controller, send, secret, url } = await ground();
  const bad: [Host, object, string][] = [
    ["github", { ...pushOf("github"), after: "abc" }, "after: expected a commit's hash"],
    ["github", { ...pushOf("github"), ref: "refs/heads/a b" }, "expected a branch's name"],
    ["github", { ...pushOf("github"), ref: "refs/heads/--upload-pack=x" }, "expected a branch's name"],
    ["gitlab", { ...pushOf("gitlab"), before: null }, "before"],
    ["bitbucket-cloud", { push: {} }, "push.changes"],
    ["bitbucket-server", { changes: [{}] }, "changes.0"],
    ["gitea", [], "object"],
  ];
  for (const [host, payload, said] of bad) {
    const { status, error } = await send(host, payload);
    expect({ status, code: error?.code }).toEqual({ status: 400, code: "HOOK_NOT_UNDERSTOOD" });
    expect(error?.why).toContain(said);
  }
  expect((await post(url, "{", headersOf("github", "{", secret))).error?.why).toContain("no JSON");
  expect((await post(url, "{}", { "content-type": "application/json" })).error?.code).toBe("HOOK_NOT_UNDERSTOOD");
  expect(await pushesOf(controller, "shop")).toEqual([]);
});

test("GitHub's form encoding is understood, and the form is what is signed", async () => {
  const { secret, url } = await ground();
  const body = new URLSearchParams({ payload: JSON.stringify(pushOf("github")) }).toString();
  const headers = { ...headersOf("github", body, secret), "content-type": "application/x-www-form-urlencoded" };
  expect(await post(url, body, headers)).toMatchObject({ status: 200, pushes: [{ branch: "main" }] });
});

test("a body that is too large or too slow is cut off", async () => {
  const { secret, url } = await ground({ hookBodyMs: 300 });
  const large = JSON.stringify({ x: "y".repeat(26 * 2 ** 20) });
  const cut = await post(url, large, headersOf("github", large, secret)).catch(() => ({
    status: 400,
    error: undefined,
  }));
  expect(cut.status).toBe(400);
  const { hostname, port, pathname } = new URL(url);
  const socket = connect(Number(port), hostname);
  const head = ["x-github-event: push", "x-hub-signature-256: sha256=00", "content-length: 100", `host: ${hostname}`];
  socket.write(`POST ${pathname} HTTP/1.1\r\n${head.join("\r\n")}\r\n\r\n{"ref":`);
  let answer = "";
  socket.on("data", (bytes: Buffer) => {
    answer += bytes;
  });
  await new Promise((done) => socket.once("close", done));
  expect(answer).toMatch(/^HTTP\/1.1 408/);
  expect(answer).toContain("BODY_TOO_SLOW");
});

test("of an app with its own remote no webhook starts anything: its commits are here", async () => {
  const { controller } = await ground();
  const app = await addOwnRemote(controller, "own");
  const { secret } = (await controller.api("POST", "/apps/own/push-secret")).body as { secret: string };
  const body = JSON.stringify(pushOf("github"));
  const answer = await post(app.hookUrl, body, headersOf("github", body, secret));
  expect(answer).toMatchObject({ status: 200, message: "ignored: this app is built from its own remote" });
  expect(await pushesOf(controller, "own")).toEqual([]);
  expect(await refusal(controller, "GET", "/apps/own/pushes?limit=0")).toMatchObject({ status: 400 });
});
