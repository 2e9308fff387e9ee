import { request } from "node:http";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { findMarked } from "../../../../src/base/processes/marked.ts";
import { temporaryFolder, testController } from "../../../support/controller.ts";
import { eventually } from "../../../support/eventually.ts";
import { addOwnRemote, addPerson, Clone, PASSWORD, pushesOf, withLogin } from "../../../support/pushing.ts";
import { ScriptedAgent } from "../../../support/scripted-agent.ts";
import { askMaterial, takeBuild } from "../given-material.ts";

async function ground() {
  const controller = await testController();
  const app = await addOwnRemote(controller, "shop");
  const clone = await new Clone(join(temporaryFolder(), "shop")).init();
  const sha = await clone.commit("one");
  const url = (user: string, password: string) => withLogin(app.gitUrl, user, password);
  await clone.git("push", url("x", controller.adminToken), "main");
  return { controller, app, clone, sha, url };
}

/** A request whose path goes out as it is written. */
function raw(base: string, method: string, path: string, headers: Record<string, string>, body?: Buffer) {
  const { hostname, port } = new URL(base);
  return new Promise<{ status: number; text: string; headers: Record<string, unknown> }>((resolve, reject) => {
    const sent = request({ hostname, port, method, path, headers }, (response) => {
      let text = "";
      response.on("data", (bytes: Buffer) => {
        text += bytes.toString("latin1");
      });
      response.on("end", () => resolve({ status: response.statusCode ?? 0, text, headers: response.headers }));
    });
    sent.on("error", reject);
    sent.end(body);
  });
}

test("who may not build may fetch and not push; a stranger doesn't learn that the repository is there", async () => {
  const { controller, clone, sha, url } = await ground();
  const viewer = await addPerson(controller, "viewer@example.com", "viewer");
  expect(await clone.git("ls-remote", url("v", viewer), "main")).toContain(sha);
  const refused = await clone.try("push", url("v", viewer), "main:more");
  expect(refused.exit).not.toBe(0);
  expect(refused.text).toMatch(/403/);
  expect(refused.text).toContain("remote: viewer@example.com may not do this. It needs the permission to build");

  await controller.api("POST", "/accounts", { name: "others" });
  const { accounts } = (await controller.api("GET", "/accounts")).body as { accounts: { id: string; name: string }[] };
  const others = accounts.find(({ name }) => name === "others")?.id;
  const stranger = await addPerson(controller, "stranger@example.com", "admin", others);
  const unknown = (await clone.try("ls-remote", url("s", stranger).replace(/\/a[0-9a-f]+\.git/, "/a00000000.git")))
    .text;
  for (const args of [["ls-remote"], ["push"]]) {
    const { text } = await clone.try(...args, url("s", stranger), ...(args[0] === "push" ? ["main:more"] : []));
    expect(text).toContain("not found");
    expect(text).not.toContain("shop");
  }
  expect(unknown).toContain("not found");
  expect(await pushesOf(controller, "shop")).toHaveLength(1);
});

test("a developer pushes with e-mail and password, with a token, or with the token beside the e-mail", async () => {
  const { controller, clone, url } = await ground();
  const token = await addPerson(controller, "dev@example.com", "developer");
  await clone.git("push", url("dev@example.com", PASSWORD), "main:by-password");
  await clone.git("push", url("anything", token), "main:by-token");
  await clone.git("push", url("dev@example.com", token), "main:by-both");
  await clone.git(
    "-c",
    `http.extraHeader=Authorization: Bearer ${token}`,
    "push",
    url("", "").replace(/\/\/.*@/, "//"),
    "main:by-bearer",
  );
  const pushes = await pushesOf(controller, "shop");
  expect(pushes.filter(({ pushedBy }) => pushedBy === "dev@example.com")).toHaveLength(4);
  const wrong = await clone.try("push", url("dev@example.com", "not the password"), "main:wrong");
  expect(wrong.text).toMatch(/Authentication failed/);
});

test("nobody is asked who they are before they are told what is there", async () => {
  const { controller, app } = await ground();
  const paths = [
    `/git/${app.id}.git/info/refs?service=git-upload-pack`,
    "/git/a1.git/info/refs",
    "/git/x",
    "/git/../x",
  ];
  for (const path of paths) {
    const answer = await raw(controller.httpUrl, "GET", path, {});
    expect(answer.status, path).toBe(401);
    expect(answer.headers["www-authenticate"]).toMatch(/^Basic /);
  }
  for (const authorization of ["Basic !!!", "Basic", `Basic ${Buffer.from("a:b").toString("base64")}`, "Bearer x.y"]) {
    expect((await raw(controller.httpUrl, "GET", paths[0] ?? "", { authorization })).status).toBe(401);
  }
});

test("only git's smart protocol is served, and no path leads elsewhere", async () => {
  const { controller, app } = await ground();
  const authorization = `Bearer ${controller.adminToken}`;
  const tricks = [
    `/git/${app.id}.git/HEAD`,
    `/git/${app.id}.git/config`,
    `/git/${app.id}.git/objects/info/packs`,
    `/git/${app.id}.git/../../admin.token`,
    `/git/${app.id}.git/%2e%2e/%2e%2e/admin.token`,
    "/git/..%2f..%2fadmin.token/info/refs?service=git-upload-pack",
    "/git/%2e%2e.git/info/refs?service=git-upload-pack",
    `/git/x%2f${app.id}.git/info/refs?service=git-upload-pack`,
    `/git/${app.id}/info/refs?service=git-upload-pack`,
    `/git/${app.id}.git%00/info/refs?service=git-upload-pack`,
  ];
  for (const path of tricks) {
    const { status, text } = await raw(controller.httpUrl, "GET", path, { authorization });
    expect(status, path).toBe(404);
    expect(text).not.toContain("ref: refs/heads");
  }
  const dumb = ["", "?service=git-upload-archive", "?service=git-upload-pack&service=git-receive-pack", "?service=x"];
  for (const query of dumb) {
    const path = `/git/${app.id}.git/info/refs${query}`;
    expect((await raw(controller.httpUrl, "GET", path, { authorization })).status, path).toBe(400);
  }
  const version2 = { authorization, "git-protocol": "version=2" };
  const refs = `/git/${app.id}.git/info/refs?service=git-upload-pack`;
  expect((await raw(controller.httpUrl, "GET", refs, version2)).text).toContain("version 2");
});

test("the body of a request may be compressed", async () => {
  const { controller, app, sha } = await ground();
  const headers = {
    authorization: `Bearer ${controller.adminToken}`,
    "content-type": "application/x-git-upload-pack-request",
    "content-encoding": "gzip",
    "git-protocol": "version=2",
  };
  const asked = gzipSync("0014command=ls-refs\n0001000csymrefs\n0000");
  const answer = await raw(controller.httpUrl, "POST", `/git/${app.id}.git/git-upload-pack`, headers, asked);
  expect(answer).toMatchObject({ status: 200 });
  expect(answer.text).toContain(`${sha} refs/heads/main`);
});

test("git is ended when its client goes away or stands still", async () => {
  const controller = await testController({ gitIdleMs: 300 });
  const app = await addOwnRemote(controller, "shop");
  const marker = `GIT_PROJECT_ROOT=${join(controller.data, "git", `${app.id}.git`)}`;
  const { hostname, port } = new URL(controller.httpUrl);
  const headers = {
    authorization: `Bearer ${controller.adminToken}`,
    "content-type": "application/x-git-receive-pack-request",
    "transfer-encoding": "chunked",
  };
  const open = () => {
    const path = `/git/${app.id}.git/git-receive-pack`;
    const sent = request({ hostname, port, path, method: "POST", headers }).on("error", () => {});
    sent.write("00a8");
    return sent;
  };
  const leaving = open();
  await eventually("git works", () => findMarked(marker).length > 0);
  leaving.destroy();
  await eventually("git has ended", () => findMarked(marker).length === 0);
  const standing = open();
  const closed = new Promise((resolve) => standing.once("close", resolve));
  await eventually("git works again", () => findMarked(marker).length > 0);
  await closed;
  await eventually("git has ended again", () => findMarked(marker).length === 0);
});

test("a build gets a token that reads the repository of its app while it runs, and opens nothing else", async () => {
  const { controller, app, clone, sha } = await ground();
  const other = await addOwnRemote(controller, "other");
  const agent = new ScriptedAgent(controller);
  await agent.open();
  const taken = await takeBuild(agent);
  const { spec } = await agent.accept(taken.lease);
  expect(spec).toMatchObject({ commit: sha, materials: ["git"], app: { gitUrl: app.gitUrl } });
  const { material, mask } = await askMaterial(agent, taken, "git");
  const { username, password } = material as { username: string; password: string };
  expect(mask).toEqual([password]);
  expect(await clone.git("ls-remote", withLogin(app.gitUrl, username, password), "main")).toContain(sha);
  expect((await clone.try("push", withLogin(app.gitUrl, username, password), "main:more")).text).toContain("403");
  expect((await clone.try("ls-remote", withLogin(other.gitUrl, username, password))).text).toContain("not found");
  const authorization = `Bearer ${password}`;
  expect((await fetch(`${controller.httpUrl}/api/v1/apps`, { headers: { authorization } })).status).toBe(401);
  const otherUse = withLogin(app.gitUrl, username, taken.jobToken);
  expect((await clone.try("ls-remote", otherUse)).text).toMatch(/Authentication failed/);

  await agent.begin(taken.lease, taken.jobToken);
  await controller.api("POST", `/builds/${taken.lease.buildId}/cancel`);
  const late = await clone.try("ls-remote", withLogin(app.gitUrl, username, password));
  expect(late.text).toMatch(/Authentication failed/);
});
