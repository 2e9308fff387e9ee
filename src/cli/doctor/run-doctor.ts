import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import type { AgentConfig } from "../../agent/config.ts";
import type { ControllerClient } from "../../agent/connection/controller-client.ts";
import { readCredentials } from "../../agent/connection/credentials.ts";
import { readTrust, type Trust } from "../../agent/connection/trust.ts";
import { toFailure } from "../../base/errors/millwright-error.ts";
import { systemClock } from "../../base/time/clock.ts";
import type { Capability } from "../../protocol/generated/millwright/agent/v1/agent.ts";
import { EXIT } from "../exit-codes.ts";
import type { Session } from "../session.ts";
import type { Environment } from "../terminal/kind.ts";
import { checkCordovaAndroid, checkSdkLicences } from "./android-matrix.ts";
import { checkAppleCertificates, checkCocoapods } from "./apple.ts";
import { broken, type Check, skipped } from "./check.ts";
import { type Configuration, openConfiguration } from "./configuration.ts";
import { checkController } from "./controller.ts";
import { checkDns } from "./dns.ts";
import { checkHealthPort } from "./health-port.ts";
import { checkIsolation } from "./isolation.ts";
import { checkNode } from "./node.ts";
import { checkProxies } from "./proxies.ts";
import { checkSigning } from "./signing.ts";
import { checkTls } from "./tls.ts";
import { checkIdentity } from "./token.ts";
import { checkAndroid, checkPrograms, checkXcodes, isAppleHost, lookAtHost, noIos } from "./toolchains.ts";
import { checkAllowed, checkSignedJobs } from "./trust.ts";
import { DoctorView } from "./view.ts";
import { checkWorkFolder } from "./work-folder.ts";

/** Where the agent's configuration is looked for when none is named. */
const CONFIG = "agent.config.yaml";

/** `millwright doctor`: looks at this host as an agent would use it. Answers 5 when a check failed. */
export async function runDoctor(session: Session, options: { config?: string }): Promise<number> {
  const here = join(session.folder, CONFIG);
  const file = options.config ?? (existsSync(here) ? here : undefined);
  const view = new DoctorView(session.output);
  let capability: Capability;
  try {
    capability = await examine(view, file, session);
  } finally {
    view.end();
  }
  const failed = view.checks.filter(({ state }) => state === "failed").length;
  const warnings = view.checks.filter(({ state }) => state === "warning").length;
  session.answer({ ok: failed === 0, failed, warnings, checks: view.checks, capability }, (output) => {
    const text = failed > 0 ? `${count(failed, "check")} failed, ${count(warnings, "warning")}.` : verdict(warnings);
    output.line(output.style.tone(failed > 0 ? "bad" : warnings > 0 ? "warn" : "good", text));
  });
  return failed > 0 ? EXIT.notYours : EXIT.success;
}

/** Answers what the controller would be told of this host. */
async function examine(view: DoctorView, file: string | undefined, session: Session): Promise<Capability> {
  const configuration = openConfiguration(file, session.environment);
  const { config } = configuration;
  const environment = { HOME: homedir(), ...config.buildEnvironment };
  view.add(await checkNode(environment), configuration.check);
  await examineAgent(view, configuration);
  view.doing("Looking for the tools of builds");
  const capability = await lookAtHost(config);
  view.add(checkPrograms(capability), ...checkAndroidTools(capability, config));
  view.add(await checkIsolation(config));
  if (configuration.known) view.add(checkAllowed(config), checkSignedJobs(config));
  await examineNetwork(view, configuration, capability, session.environment);
  if (!isAppleHost(capability)) view.add(noIos());
  else await examineApple(view, capability, config);
  return capability;
}

/** The matrix says something only where there is an SDK. */
function checkAndroidTools(capability: Capability, { buildEnvironment }: AgentConfig): Check[] {
  const android = checkAndroid(capability);
  const licences = checkSdkLicences(buildEnvironment);
  if (licences === undefined) return [android];
  return [android, checkCordovaAndroid(capability, buildEnvironment), licences];
}

async function examineNetwork(
  view: DoctorView,
  { config, known }: Configuration,
  capability: Capability,
  agent: Environment,
): Promise<void> {
  const builds = { HOME: homedir(), ...config.buildEnvironment };
  const controller = known ? config.controller.address : undefined;
  const android = capability.platforms.some(({ platform, supported }) => platform === "android" && supported);
  view.doing("Looking names up");
  view.add(await checkDns(controller, builds));
  view.doing("Looking at proxies");
  view.add(await checkProxies({ builds, agent, controller, android }));
}

async function examineApple(view: DoctorView, capability: Capability, config: AgentConfig): Promise<void> {
  const environment = { HOME: homedir(), ...config.buildEnvironment };
  view.add(...checkXcodes(capability, config.xcode.folders, config.name));
  view.doing("Asking CocoaPods");
  view.add(await checkCocoapods(environment), await checkAppleCertificates(environment));
  view.doing("Signing a program with a throw-away certificate");
  view.add(await checkSigning(config.buildEnvironment));
}

/** What only a configuration can tell. */
async function examineAgent(view: DoctorView, { config, known }: Configuration): Promise<void> {
  if (!known) return view.add(skipped({ id: "controller", title: "Controller" }, "No configuration says where it is."));
  const { controller } = config;
  const { address } = controller;
  const { usable, check } = checkIdentity(controller);
  view.add(check);
  view.doing(`Asking the controller at ${address}`);
  const { trust, check: distrust } = trustOf(controller);
  if (distrust) view.add(distrust);
  else if (!usable || !trust) view.add(noToken());
  else {
    const credentials = (client: ControllerClient) => readCredentials(controller, () => client, systemClock);
    view.add(...(await checkController({ address, trust }, credentials)));
  }
  if (trust) view.add(await checkTls(address, trust, controller.caFile));
  view.add(await checkHealthPort(config.http.address));
  view.add(...(await checkWorkFolder(config.workFolder, config.disk.minFree, config.name)));
}

const CONTROLLER = { id: "controller", title: "Controller" };

function noToken(): Check {
  return skipped(CONTROLLER, "Not asked: there is no token or key to show.");
}

/** Whom the configuration says to believe; a check where it can't be read. */
function trustOf(controller: Parameters<typeof readTrust>[0]): { trust?: Trust; check?: Check } {
  try {
    return { trust: readTrust(controller) };
  } catch (error) {
    return { check: broken(CONTROLLER, toFailure(error)) };
  }
}

function verdict(warnings: number): string {
  return warnings > 0 ? `Nothing failed, ${count(warnings, "warning")}.` : "All is well.";
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? "" : "s"}`;
}
