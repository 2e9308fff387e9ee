import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { testController } from "../../support/controller.ts";
import { HOSTS, headersOf, post, pushOf } from "../../support/hooks.ts";
import { git, runCli, temporaryFolder } from "./run-cli.ts";

async function ground() {
  const controller = await testController();
  const folder = temporaryFolder();
  const environment = { MILLWRIGHT_URL: controller.httpUrl, MILLWRIGHT_TOKEN: controller.adminToken };
  const cli = async (...words: string[]) => {
    const { exitCode, stdout, stderr } = await runCli(words, { folder, environment });
    return { exitCode, text: stdout + stderr, stdout };
  };
  return { controller, folder, cli };
}

test("an app that is added without an address has its remote here, and link leads a checkout to it", async () => {
  const { controller, folder, cli } = await ground();
  const added = await cli("apps", "add", "shop");
  expect(added.exitCode, added.text).toBe(0);
  const { id } = (await controller.api("GET", "/apps/shop")).body as { id: string };
  expect(added.stdout).toContain(`Added shop: ${controller.httpUrl}/git/${id}.git`);

  git(folder, "init", "--quiet");
  const unasked = await cli("link", "shop");
  expect(unasked.text).toContain(`git remote add millwright ${controller.httpUrl}/git/${id}.git`);
  expect(git(folder, "remote")).toBe("");
  expect(JSON.parse(readFileSync(join(folder, "millwright.json"), "utf8"))).toEqual({ app: id });

  const linked = await cli("link", "--yes", "--json"); // known by millwright.json now
  expect(JSON.parse(linked.stdout)).toMatchObject({ app: { id }, remote: { name: "millwright", state: "added" } });
  expect(git(folder, "remote", "get-url", "millwright")).toBe(`${controller.httpUrl}/git/${id}.git`);
  git(folder, "remote", "set-url", "millwright", "https://elsewhere.example.com/x.git");
  expect((await cli("link", "--yes")).text).toContain("Another git remote is called millwright");
  expect((await cli("link", "--remote", "-x")).exitCode).toBe(2);
});

test("link writes into ionic.config.json where that is, and leaves the rest of it as it was", async () => {
  const { controller, folder, cli } = await ground();
  await controller.api("POST", "/apps", { name: "far", gitUrl: "https://git.example.com/far.git" });
  const { id } = (await controller.api("GET", "/apps/far")).body as { id: string };
  const file = join(folder, "ionic.config.json");
  writeFileSync(file, '{\n\t"name": "far",\n\t"id": "ab12cd34",\n\t"type": "angular"\n}\n');
  expect((await cli("link", "far")).exitCode).toBe(0);
  expect(readFileSync(file, "utf8")).toBe(`{\n\t"name": "far",\n\t"id": "${id}",\n\t"type": "angular"\n}\n`);
  expect(existsSync(join(folder, "millwright.json"))).toBe(false);

  mkdirSync(join(folder, "two"));
  const several = { defaultProject: "a", projects: { a: { root: "apps/a" }, b: { root: "apps/b" } } };
  writeFileSync(file, JSON.stringify(several));
  expect((await cli("link", "far")).exitCode).toBe(0);
  expect(JSON.parse(readFileSync(file, "utf8"))).toMatchObject({ projects: { a: { id }, b: { root: "apps/b" } } });
  writeFileSync(file, "{ broken");
  const refused = await cli("link", "far");
  expect(refused.text).toContain("FILE_UNREADABLE");
  expect(readFileSync(file, "utf8")).toBe("{ broken");
});

test("automations are added, listed, switched and removed", async () => {
  const { cli } = await ground();
  await cli("apps", "add", "shop");
  const at = ["--app", "shop"];
  const add = ["automations", "add", "beta", ...at, "--branch", "main", "--branch", "release/*"];
  expect((await cli(...add, "--platform", "android", "--type", "debug")).stdout).toContain(
    "Added beta: a push to main or release/* starts kind=package platform=android buildType=debug",
  );
  expect((await cli("automations", "add", "web", ...at, "--branch", "*")).stdout).toContain("kind=deploy");
  expect((await cli("automations", "disable", "web", ...at)).stdout).toBe("The automation web is disabled.\n");
  const listed = (await cli("automations", "list", ...at)).stdout;
  expect(listed).toMatch(/beta +main release\/\* +kind=package.* +enabled\nweb +\* +kind=deploy +disabled/);
  expect((await cli("automations", "enable", "web", ...at)).exitCode).toBe(0);
  expect((await cli("automations", "remove", "beta", ...at)).exitCode).toBe(0);
  expect((await cli("automations", "remove", "beta", ...at)).text).toContain("There are: web.");
  expect((await cli("automations", "add", "x", ...at)).text).toContain("--branch");
  expect((await cli("automations", "add", "x", ...at, "--branch", "m", "--type", "debug")).exitCode).toBe(2);
});

test("the secret of a webhook is shown once, works, and the push stands in the list", async () => {
  const { cli } = await ground();
  await cli("apps", "add", "shop", "--git-url", "https://git.example.com/shop.git");
  const made = JSON.parse((await cli("pushes", "secret", "--app", "shop", "--json")).stdout) as Record<string, string>;
  const { secret = "", url = "" } = made;
  const body = JSON.stringify(pushOf("github"));
  expect(HOSTS).toContain("github");
  expect(await post(url, body, headersOf("github", body, secret))).toMatchObject({ status: 200 });
  expect((await cli("pushes", "--app", "shop")).stdout).toMatch(
    /GitHub +main +7638417db6 +Update the start page +deploy build/,
  );
  expect((await cli("apps", "set", "shop", "--deploy-on-push", "off", "--cancel-older", "on")).exitCode).toBe(0);
  const app = JSON.parse((await cli("apps", "list", "--json")).stdout) as { apps: object[] };
  expect(app.apps).toMatchObject([{ deployOnPush: false, cancelOlder: true, ownRemote: false, hasPushSecret: true }]);
  expect((await cli("apps", "set", "shop", "--own-remote")).stdout).toContain("/git/a");
  expect((await cli("apps", "set", "shop", "--deploy-on-push", "maybe")).exitCode).toBe(2);
});
