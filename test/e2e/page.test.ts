import { createHash } from "node:crypto";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect } from "vitest";
import { sampleRepository } from "../demo/playground.mjs";
import { needKit } from "../support/android-kit.ts";
import { openWindow, pageTest, picture, signIn } from "../support/browser.ts";
import { eventually } from "../support/eventually.ts";
import { type Ground, KIT, openGround } from "../support/playground.ts";

const BUILD_MS = 300_000;
let ground: Ground;
let close: () => Promise<void>;

beforeAll(async () => {
  ({ ground, close } = await openGround({ kit: KIT }));
  await app("hello");
  // Its web build prints a line and goes on until it is canceled.
  await app("endless", (folder) => {
    rmSync(join(folder, "package-lock.json"));
    const build = `node -e "console.log('at work'); setInterval(() => {}, 1000)"`;
    writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "x", version: "1.0.0", scripts: { build } }));
  });
  await app("broken", (folder) => {
    rmSync(join(folder, "package-lock.json"));
    const dependencies = { "left-pad-that-nobody-wrote": "^1.0.0" };
    writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "x", version: "1.0.0", dependencies }));
  });
});
afterAll(() => close());

async function app(name: string, change?: (folder: string) => void): Promise<void> {
  const folder = join(ground.folder, name);
  sampleRepository(folder, change);
  const { exit, text } = await ground.millwright(ground.folder, "apps", "add", name, "--git-url", `${folder}.git`);
  expect(exit, text).toBe(0);
}

/** Fills in the form and sends it; answers the build's number. */
async function start(page: Page, name: string, platform: string): Promise<number> {
  await page.getByRole("link", { name: "Start a build", exact: true }).click();
  await page.getByLabel("App", { exact: true }).selectOption({ label: name });
  await page.getByLabel("Commit").fill("main");
  await page.getByLabel("Platform", { exact: true }).selectOption(platform);
  await page.getByRole("button", { name: "Start the build" }).click();
  await page.waitForURL(/\/builds\/\d+$/);
  return Number(page.url().split("/").pop());
}

function statusOf(page: Page) {
  return page.locator(".build-head .status");
}

pageTest(
  "an Android build is started, followed and downloaded; another is canceled, a third explained; an agent is drained",
  async (browser, context) => {
    needKit(context);
    const { page, faults } = await openWindow(browser);
    page.setDefaultTimeout(30_000);
    await signIn(page, ground.environment.MILLWRIGHT_URL, ground.environment.MILLWRIGHT_TOKEN);

    const built = await start(page, "hello", "android");
    const log = page.getByRole("region", { name: "Log" });
    await log.getByText("Fetch the commit").first().waitFor();
    const before = await logLength(built);
    await page.locator(".step-running", { hasText: "Build with Cordova" }).waitFor({ timeout: BUILD_MS });
    await eventually("the log grows", async () => (await logLength(built)) > before);
    await picture(page, "e2e-running");
    await statusOf(page).filter({ hasText: "success" }).waitFor({ timeout: BUILD_MS });
    await log.getByText("Collect artifacts").first().waitFor();

    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("link", { name: /^Download .*\.apk$/ }).click(),
    ]);
    const apk = (await ground.build(built)).artifacts.find(({ kind }) => kind === "apk");
    expect(download.suggestedFilename()).toBe(apk?.name);
    const bytes = readFileSync(await download.path());
    expect(createHash("sha256").update(bytes).digest("hex")).toBe(apk?.sha256);
    expect(bytes.length).toBe(apk?.size);

    const endless = await start(page, "endless", "web");
    await log.getByText("at work").first().waitFor({ timeout: BUILD_MS });
    await page.getByRole("button", { name: "Cancel" }).click();
    await page.getByRole("button", { name: "Cancel the build" }).click();
    await statusOf(page).filter({ hasText: "canceled" }).waitFor();
    expect((await ground.build(endless)).status).toBe("canceled");

    const broken = await start(page, "broken", "web");
    await statusOf(page).filter({ hasText: "failed" }).waitFor({ timeout: BUILD_MS });
    const { failure } = await ground.build(broken);
    const told = page.getByRole("region", { name: "Why it failed" });
    await told.getByText(failure?.what ?? "").waitFor();
    await told.getByText(failure?.code ?? "", { exact: true }).waitFor();
    await picture(page, "e2e-failed");

    await page.getByRole("link", { name: "Agents", exact: true }).click();
    await page.getByRole("button", { name: "Drain demo-1" }).click();
    await page.getByLabel("Reason").fill("Xcode is updated");
    await page.getByRole("button", { name: "Drain", exact: true }).click();
    await page.getByText(/Drained by .*: Xcode is updated/).waitFor();
    const waits = await start(page, "hello", "web");
    await page.getByText("Xcode is updated").first().waitFor();
    await page.getByRole("link", { name: "Agents", exact: true }).click();
    await page.getByRole("button", { name: "Resume demo-1" }).click();
    await page.getByText("takes builds again").waitFor();
    await eventually(
      "the build that waited is built",
      async () => (await ground.build(waits)).status === "success",
      BUILD_MS,
    );
    expect(faults).toEqual([]);
  },
);

async function logLength(id: number): Promise<number> {
  return (await ground.build(id)).logLength;
}
