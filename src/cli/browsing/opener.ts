import { spawn } from "node:child_process";
import { once } from "node:events";
import { wait } from "../../base/time/wait.ts";
import { type Environment, isSet } from "../terminal/kind.ts";

/** xdg-open stays for as long as some browsers do; who hasn't failed by then shows the page. */
const FAILS_WITHIN_MS = 2_000;

/**
 * The program that shows a page in the browser of who sits here: undefined in CI, where nobody does, over SSH, where they sit
 * elsewhere, and on Linux without a display.
 */
export function openerOf(platform: NodeJS.Platform, environment: Environment): string | undefined {
  const { SSH_CONNECTION, SSH_TTY, CI, DISPLAY, WAYLAND_DISPLAY } = environment;
  if (isSet(CI) || SSH_CONNECTION || SSH_TTY) return undefined;
  if (platform === "darwin") return "open";
  return DISPLAY || WAYLAND_DISPLAY ? "xdg-open" : undefined;
}

/** False when there is no such program, or it found no browser. */
export async function startOpener(opener: string, url: string, environment: Environment): Promise<boolean> {
  const child = spawn(opener, [url], { stdio: "ignore", detached: true, env: environment });
  child.unref();
  const given = new AbortController();
  const ended = once(child, "close").then(
    ([code]) => code === 0,
    () => false, // there is no such program
  );
  const stays = wait(FAILS_WITHIN_MS, given.signal).then(() => true);
  return Promise.race([ended, stays]).finally(() => given.abort());
}
