import type { Page } from "playwright-core";
import { expect } from "vitest";
import { openWindow, pageTest, signIn } from "../../support/browser.ts";
import { testController } from "../../support/controller.ts";
import { eventually } from "../../support/eventually.ts";
import { fillController } from "../../support/page-ground.ts";

const MOST_STEPS = 100;

/**
 * Marks what can be clicked or filled in and can be seen; answers how much that is. Of radio buttons Tab stops at one a group;
 * for the numbers of a log's lines, which would be thousands of stops, there is `:NUMBER` in its search.
 */
const MARK = `[...document.querySelectorAll("a[href], button, input, select, textarea, summary, [role=button]")]
  .filter((each) => each.checkVisibility({ visibilityProperty: true }) && !each.disabled && each.type !== "radio" && !each.matches(".log-number"))
  .map((each, index) => each.setAttribute("data-mark", index)).length`;
const FOCUSED = `document.activeElement?.getAttribute("data-mark") ?? ""`;
const NAMES = `[...document.querySelectorAll("[data-mark]")].map((each) => each.outerHTML.slice(0, 120))`;

/** What Tab doesn't reach. */
async function unreached(page: Page): Promise<string[]> {
  const count = await page.evaluate<number>(MARK);
  const names = await page.evaluate<string[]>(NAMES);
  const reached = new Set<string>();
  for (let step = 0; step < MOST_STEPS && reached.size < count; step += 1) {
    await page.keyboard.press("Tab");
    reached.add(await page.evaluate<string>(FOCUSED));
    reached.delete("");
  }
  return names.filter((_, index) => !reached.has(`${index}`));
}

pageTest("everything that can be clicked can be reached by Tab", async (browser) => {
  const controller = await testController();
  const { failed, running } = await fillController(controller);
  const { page } = await openWindow(browser);
  await signIn(page, controller.httpUrl, controller.adminToken);
  const settings = ["apps", "profiles/new", "environments/new", "native-configs/new", "webhooks", "accounts", "users"];
  const addresses = ["/builds", `/builds/${failed}`, `/builds/${running}`, "/start", "/agents"];
  for (const address of [...addresses, ...settings.map((name) => `/settings/${name}`)]) {
    await page.goto(controller.httpUrl + address);
    await page.locator("main h1").first().waitFor();
    await page.locator("[aria-busy=true]").first().waitFor({ state: "hidden" });
    // What is still being loaded may put new things in the place of those that were marked.
    await eventually(`all of ${address} is reached`, async () => (await unreached(page)).length === 0);
  }
});

pageTest("a build is canceled, an agent paused and a step of the log opened without a mouse", async (browser) => {
  const controller = await testController();
  const { running, failed } = await fillController(controller);
  const { page } = await openWindow(browser);
  await signIn(page, controller.httpUrl, controller.adminToken);

  await page.goto(`${controller.httpUrl}/builds/${failed}`);
  const step = page.getByRole("region", { name: "Log" }).getByRole("button", { name: /Check out/ });
  await step.focus();
  const wasOpen = await step.getAttribute("aria-expanded");
  await page.keyboard.press("Enter");
  expect(await step.getAttribute("aria-expanded")).not.toBe(wasOpen);

  await page.getByRole("button", { name: "Search" }).focus();
  await page.keyboard.press("Enter");
  await page.keyboard.type(":131");
  await page.keyboard.press("Enter");
  await page.waitForURL(/#L131$/);

  await page.goto(`${controller.httpUrl}/builds/${running}`);
  await page.getByRole("button", { name: "Cancel" }).focus();
  await page.keyboard.press("Enter");
  await page.getByRole("dialog").waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "hidden" });
  expect(await page.evaluate("document.activeElement.textContent")).toBe("Cancel");
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: "Cancel the build" }).focus();
  await page.keyboard.press("Enter");
  await page.getByText("being canceled").waitFor();

  await page.goto(`${controller.httpUrl}/agents`);
  await page.getByRole("button", { name: "Pause mini-1" }).focus();
  await page.keyboard.press("Enter");
  await page.getByLabel("Reason").focus();
  await page.keyboard.type("A new disk");
  await page.keyboard.press("Enter");
  await page.getByText(/Paused by .*: A new disk/).waitFor();
});
