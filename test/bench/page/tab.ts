import { readFileSync } from "node:fs";
import type { Browser, Page } from "playwright-core";
import { wait } from "../../../src/base/time/wait.ts";

/** What one visit cost: milliseconds from the click on the address, MiB of the tab's own process. */
export interface Visit {
  firstPaint: number;
  seen: number;
  memory: number;
}

/** Opens an address in a new window with nothing cached, and waits until the text is seen. */
export async function visit(
  browser: Browser,
  address: string,
  text: string,
  cookies: Awaited<ReturnType<import("playwright-core").BrowserContext["cookies"]>>,
): Promise<Visit> {
  const window = await browser.newContext({ viewport: { width: 1280, height: 900 } });
  try {
    await window.addCookies(cookies);
    const page = await window.newPage();
    // Set in the page before its own scripts: the moment of the first frame in which the text can be seen.
    await page.addInitScript(`(${watchFor})(${JSON.stringify(text)})`);
    await page.goto(address, { waitUntil: "commit" });
    const seen = await once(page, "window.seenAt");
    const firstPaint = await once(page, "performance.getEntriesByName('first-contentful-paint')[0]?.startTime");
    return { firstPaint, seen, memory: await memoryOf(browser, page) };
  } finally {
    await window.close();
  }
}

/** The number that an expression is, once it is one; infinite when that takes more than a minute. The page itself may evaluate nothing: its policy forbids it. */
async function once(page: Page, expression: string): Promise<number> {
  for (const until = Date.now() + 60_000; Date.now() < until; await wait(20)) {
    const value = await page.evaluate<number | undefined>(expression);
    if (value !== undefined) return value;
  }
  return Number.POSITIVE_INFINITY;
}

const watchFor = `function (text) {
  const look = () => {
    const walker = document.body && document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker && walker.nextNode()) {
      const node = walker.currentNode;
      if (!node.data.includes(text)) continue;
      const range = document.createRange();
      range.selectNodeContents(node);
      const box = range.getBoundingClientRect();
      if (box.height > 0 && box.bottom > 0 && box.top < innerHeight) {
        requestAnimationFrame(() => { window.seenAt = performance.now(); });
        return;
      }
      break;
    }
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}`;

/** Of the processes that show pages, the largest one's own memory (PSS), in MiB. */
async function memoryOf(browser: Browser, page: Page): Promise<number> {
  await page.evaluate("new Promise((resolve) => requestIdleCallback(resolve))");
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send("SystemInfo.getProcessInfo");
  const sizes = processInfo.filter(({ type }) => type === "renderer").map(({ id }) => pssOf(id));
  return Math.max(...sizes);
}

function pssOf(pid: number): number {
  const found = /^Pss:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, "utf8"));
  return Number(found?.[1] ?? Number.NaN) / 1024;
}
