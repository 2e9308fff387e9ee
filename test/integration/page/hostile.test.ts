import { expect } from "vitest";
import { openWindow, pageTest, signIn } from "../../support/browser.ts";
import { testController } from "../../support/controller.ts";
import { agentWithApp, begunBuild, sendFiles } from "../../support/finished-build.ts";
import { person } from "../../support/people.ts";

const SCRIPT = "<img src=x onerror=\"document.title='taken'\"><script>document.title='taken'</script>";

pageTest("script in an app's name, a commit's message, a log and a failure stays text", async (browser) => {
  const controller = await testController();
  const agent = await agentWithApp(controller);
  const { apps } = (await controller.api("GET", "/apps")).body as { apps: { id: string; name: string }[] };
  const build = await begunBuild(controller, agent, { kind: "deploy", commit: "main" });
  await agent.fetched(build.lease, build.jobToken, "0".repeat(40), SCRIPT);
  const log = `${SCRIPT}\n\u001b]8;;javascript:document.title='taken'\u0007link\u001b]8;;\u0007\n`;
  await agent.append(build.lease, build.jobToken, 0, log);
  const files = await sendFiles(agent, build, [{ name: "a.zip", kind: "www", bytes: "zip" }]);
  const failure = { code: "X", blame: "user", what: SCRIPT, why: SCRIPT, next: SCRIPT, detail: SCRIPT };
  const said = {
    outcome: "failed",
    failure: Buffer.from(JSON.stringify(failure)),
    artifactIds: files,
    lastEventSeq: 2,
  };
  await agent.complete(build.lease, build.jobToken, log, said);
  await controller.api("PATCH", `/apps/${apps[0]?.id}`, { name: SCRIPT.slice(0, 60) });

  const { page, faults } = await openWindow(browser);
  await signIn(page, controller.httpUrl, controller.adminToken);
  await page.locator(".row-note", { hasText: "<script>" }).waitFor();
  for (const address of [
    "/builds",
    `/builds/${build.id}`,
    "/start",
    "/settings/apps",
    `/settings/apps/${apps[0]?.id}`,
  ]) {
    await page.goto(controller.httpUrl + address);
    await page.getByText("<img src=x").first().waitFor({ state: "attached" });
    expect(await page.title()).not.toBe("taken");
    expect(await page.evaluate("document.querySelectorAll('main img, main script').length"), address).toBe(0);
  }
  expect(faults).toEqual([]);
});

pageTest("the builds of another account are not found, neither by address nor in the list", async (browser) => {
  const controller = await testController();
  const agent = await agentWithApp(controller);
  const { id } = await begunBuild(controller, agent);
  const other = await person(controller, "other@example.test", { elsewhere: "admin" });
  const { page } = await openWindow(browser);
  await page.goto(`${controller.httpUrl}/builds/${id}`);
  await page.getByLabel("E-mail").fill(other.email);
  await page.getByLabel("Password").fill("correct horse battery");
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await page.getByRole("heading", { name: "There is no such build" }).waitFor();
  expect((await page.goto(`${controller.httpUrl}/builds/${id}`))?.status()).toBe(404);
  await page.getByRole("heading", { name: "There is no such build" }).waitFor();
  await page.goto(`${controller.httpUrl}/builds`);
  await page.getByText("Nothing was built yet").waitFor();
  expect(await page.getByText(`#${id}`).count()).toBe(0);
});
