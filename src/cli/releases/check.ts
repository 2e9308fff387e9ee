import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { loadAgentConfig } from "../../agent/config.ts";
import type { ControllerClient } from "../../agent/connection/controller-client.ts";
import { readCredentials } from "../../agent/connection/credentials.ts";
import { readTrust } from "../../agent/connection/trust.ts";
import type { SelfCheck } from "../../agent/releases/ask-release.ts";
import { LAUNCHER } from "../../agent/releases/prefix.ts";
import { errorOf } from "../../base/errors/millwright-error.ts";
import { systemClock } from "../../base/time/clock.ts";
import { isAtLeast } from "../../protocol/target-platform.ts";
import { JOURNAL, PROTOCOL, VERSION } from "../../protocol/version.ts";
import { checkController } from "../doctor/controller.ts";
import { NEEDED_NODE } from "../doctor/node.ts";
import { EXIT } from "../exit-codes.ts";
import type { Session } from "../session.ts";

const SUPERVISOR = fileURLToPath(new URL("../../build/main.js", import.meta.url));

/**
 * `millwright agent check`: loads all that the agent and its supervisors are made of, and reads the configuration. Changes
 * nothing, and starts nothing that stays. With `connect` it also asks the controller, as doctor does.
 */
export async function checkRelease(session: Session, options: { config: string; connect?: true }): Promise<number> {
  const node = process.versions.node;
  if (!isAtLeast(node, NEEDED_NODE)) throw errorOf("NODE_TOO_OLD", { version: node, needed: NEEDED_NODE });
  const config = loadAgentConfig(options.config, session.environment);
  await import("../../agent/main.ts");
  await trySupervisor();
  if (options.connect) await askController(config.controller);
  const said: SelfCheck = { version: VERSION, node, launcher: LAUNCHER, protocol: PROTOCOL, journal: JOURNAL };
  session.answer(said, (output) => output.line(`Millwright ${VERSION} loads, and takes ${options.config}.`));
  return EXIT.success;
}

/** A supervisor that gets no job ends with 0, once all of it is loaded. */
function trySupervisor(): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = execFile(process.execPath, [SUPERVISOR], { timeout: 60_000 }, (error, _, stderr) => {
      if (error === null) return resolve();
      const why = stderr.split("\n").find((line) => /Error\b/.test(line)) ?? error.message;
      reject(new Error(`the program that runs builds doesn't start: ${why}`));
    });
    child.stdin?.end();
  });
}

async function askController(controller: Parameters<typeof readTrust>[0] & { keyFile: string; tokenFile: string }) {
  const credentials = (client: ControllerClient) => readCredentials(controller, () => client, systemClock);
  const checks = await checkController({ address: controller.address, trust: readTrust(controller) }, credentials);
  const failed = checks.find(({ state }) => state === "failed");
  if (failed) throw errorOf("CONTROLLER_UNREACHABLE", { address: controller.address, reason: failed.found });
}
