import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder, testController } from "../../../support/controller.ts";
import { addOwnRemote, Clone, withLogin } from "../../../support/pushing.ts";
import { refusal } from "../refusal.ts";

async function ground() {
  const controller = await testController();
  const app = await addOwnRemote(controller, "shop", { deployOnPush: false });
  const clone = await new Clone(join(temporaryFolder(), "shop")).init();
  await clone.git("remote", "add", "millwright", withLogin(app.gitUrl, "ann", controller.adminToken));
  const ask = async (commit: string) =>
    (await controller.api("POST", "/apps/shop/builds", { kind: "deploy", commit })).body as {
      commit: string;
      commitNote?: string;
    };
  const refused = (commit: string) => refusal(controller, "POST", "/apps/shop/builds", { kind: "deploy", commit });
  return { controller, app, clone, ask, refused };
}

test("a short hash gets all its digits; branches and tags stay as they were named", async () => {
  const { clone, ask } = await ground();
  const sha = await clone.commit("one");
  await clone.git("tag", "-a", "v1", "-m", "v1");
  await clone.git("push", "millwright", "main", "v1");
  for (const digits of [sha, sha.slice(0, 7), sha.slice(0, 12).toUpperCase()]) {
    expect(await ask(digits)).toMatchObject({ commit: sha, commitNote: "one" });
  }
  for (const name of ["main", "v1", "refs/heads/main", "refs/tags/v1", "HEAD"]) {
    expect(await ask(name)).toMatchObject({ commit: name, commitNote: "one" });
  }
});

test("a commit that was not pushed is refused at once, with the address to push to", async () => {
  const { app, clone, refused } = await ground();
  expect(await refused("main")).toMatchObject({
    status: 404,
    code: "COMMIT_NOT_PUSHED",
    why: "Nothing was pushed to its remote yet.",
  });
  await clone.commit("one");
  await clone.git("push", "millwright", "main");
  const kept = await clone.commit("not pushed");
  const full = await refused(kept);
  expect(full).toMatchObject({
    code: "COMMIT_NOT_PUSHED",
    why: "It is in no branch that was pushed to the app's remote.",
  });
  expect(full.next).toContain(`git push ${app.gitUrl}`);
  expect((await refused(kept.slice(0, 10))).why).toContain("No commit that was pushed begins with");
  expect((await refused("develop")).why).toContain("It has the branches: main.");
  const tree = await clone.git("rev-parse", "main~1^{tree}");
  expect(await refused(tree)).toMatchObject({ code: "COMMIT_NOT_PUSHED" });
});

test("digits with which several commits begin are refused as ambiguous", async () => {
  const { clone, refused } = await ground();
  await clone.commit("one");
  // The stream of fast-import makes enough commits for two to share four digits.
  const commits = Array.from({ length: 1500 }, (_, index) => {
    const message = `commit ${index}`;
    return `commit refs/heads/many\ncommitter A <a@b.c> ${index + 1} +0000\ndata ${message.length}\n${message}\n`;
  });
  writeFileSync(join(clone.folder, "stream"), commits.join(""));
  await clone.git("-c", "alias.load=!git fast-import --quiet < stream", "load");
  const shas = (await clone.git("rev-list", "many")).split("\n");
  const seen = new Set<string>();
  const digits = shas.map((sha) => sha.slice(0, 4)).find((four) => seen.has(four) || !seen.add(four)) ?? "";
  await clone.git("push", "millwright", "many");
  expect(await refused(digits)).toMatchObject({ status: 400, code: "COMMIT_AMBIGUOUS" });
});

test("of an app that is built from elsewhere any commit is taken: only its host knows", async () => {
  const { controller } = await ground();
  await controller.api("POST", "/apps", { name: "far", gitUrl: "https://git.example.com/far.git" });
  const request = { kind: "deploy", commit: "abcdef1" };
  expect(await controller.api("POST", "/apps/far/builds", request)).toMatchObject({ status: 201 });
});
