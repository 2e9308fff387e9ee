import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Page } from "playwright-core";
import { expect } from "vitest";
import { LOOKS, openWindow, pageTest, picture, signIn } from "../../support/browser.ts";
import { testController } from "../../support/controller.ts";
import { fillController } from "../../support/page-ground.ts";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

interface Found {
  id: string;
  impact: string;
  help: string;
  nodes: { html: string; failureSummary: string }[];
}

/** What axe finds that keeps people from using the page. */
async function barriers(page: Page): Promise<string[]> {
  const run = "axe.run(document, { resultTypes: ['violations'] }).then((found) => found.violations)";
  const violations = await page.evaluate<Found[]>(`${AXE};${run}`);
  const serious = violations.filter(({ impact }) => impact === "serious" || impact === "critical");
  return serious.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary}`),
  );
}

function pagesOf({ success, failed, running, queued }: Record<"success" | "failed" | "running" | "queued", number>) {
  const settings = ["apps", "profiles", "environments", "native-configs", "webhooks", "tokens", "accounts", "users"];
  return {
    builds: "/builds",
    "builds-filtered": "/builds?status=failed",
    "build-success": `/builds/${success}`,
    "build-failed": `/builds/${failed}`,
    "build-running": `/builds/${running}`,
    "build-queued": `/builds/${queued}`,
    "build-none": "/builds/4711",
    start: "/start",
    agents: "/agents",
    settings: "/settings",
    ...Object.fromEntries(settings.map((name) => [`settings-${name}`, `/settings/${name}`])),
  };
}

for (const look of LOOKS) {
  const name = `${look.colours}-${look.width}`;
  pageTest(`every page can be used by everybody, ${look.colours}, ${look.width} pixels wide`, async (browser) => {
    const controller = await testController();
    const ground = await fillController(controller);
    const { page, faults } = await openWindow(browser, look);
    await page.goto(`${controller.httpUrl}/`);
    await page.getByRole("button", { name: "Sign in with a token" }).waitFor();
    expect(await barriers(page)).toEqual([]);
    await picture(page, `sign-in-${name}`);
    await signIn(page, controller.httpUrl, controller.adminToken);
    for (const [title, address] of Object.entries(pagesOf(ground))) {
      await page.goto(controller.httpUrl + address);
      await page.locator("main h1").first().waitFor();
      await page.locator("[aria-busy=true]").first().waitFor({ state: "hidden" });
      await picture(page, `${title}-${name}`);
      expect(await barriers(page), title).toEqual([]);
      const wider = await page.evaluate<number>("document.documentElement.scrollWidth - innerWidth");
      expect(wider, `${title} is wider than the window`).toBeLessThanOrEqual(0);
    }
    expect(faults).toEqual([]);
  });
}
