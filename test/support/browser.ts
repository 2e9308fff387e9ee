import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";
import { onTestFinished, type TestContext, test } from "vitest";
import { which } from "../../src/base/processes/which.ts";

const NAMES = ["chromium", "chromium-browser", "google-chrome"];

/** For tests that look at the page. Without a browser they are skipped with the reason, and fail when CI=true. */
export function pageTest(title: string, run: (browser: Browser, context: TestContext) => Promise<void>): void {
  test(title, async (context) => {
    const program = browserProgram();
    if (program === undefined) {
      const reason = `no browser on PATH: ${NAMES.join(", ")}`;
      if (process.env["CI"] === "true") throw new Error(reason);
      context.skip(reason);
      return;
    }
    const browser = await openBrowser(program);
    onTestFinished(() => browser.close());
    await run(browser, context);
  });
}

export function browserProgram(): string | undefined {
  const found = NAMES.map((name) => which(name, process.env["PATH"] ?? ""));
  return found.find((program) => program !== undefined);
}

/** Chromium's own sandbox can't be had as root in a container; the page that is opened is ours. */
export function openBrowser(program: string): Promise<Browser> {
  return chromium.launch({ executablePath: program, args: ["--no-sandbox", "--disable-dev-shm-usage"] });
}

export interface Look {
  colours: "light" | "dark";
  width: number;
}

export const LOOKS: readonly Look[] = [
  { colours: "light", width: 1280 },
  { colours: "dark", width: 1280 },
  { colours: "light", width: 360 },
  { colours: "dark", width: 360 },
];

/** A window of the browser; what the page says of errors fails the test that opened it. */
export async function openWindow(
  browser: Browser,
  { colours, width }: Look = { colours: "light", width: 1280 },
): Promise<{ page: Page; window: BrowserContext; faults: string[] }> {
  const window = await browser.newContext({
    viewport: { width, height: 900 },
    colorScheme: colours,
    reducedMotion: "reduce",
  });
  const page = await window.newPage();
  const faults: string[] = [];
  page.on("pageerror", (error) => faults.push(`${error}`));
  page.on("console", (message) => message.text().includes("Content Security Policy") && faults.push(message.text()));
  return { page, window, faults };
}

/** Signs in by the token that the controller made for itself. */
export async function signIn(page: Page, url: string, token: string): Promise<void> {
  await page.goto(`${url}/`);
  await page.getByRole("button", { name: "Sign in with a token" }).click();
  await page.getByLabel("Token").fill(token);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await page.getByRole("heading", { name: "Builds" }).waitFor();
}

/** Writes a picture of the whole page where MILLWRIGHT_SCREENSHOTS says, if it says anything. */
export async function picture(page: Page, name: string): Promise<void> {
  const folder = process.env["MILLWRIGHT_SCREENSHOTS"];
  if (!folder) return;
  if (!existsSync(folder)) mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true });
}
