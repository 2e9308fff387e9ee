import { devNull } from "node:os";
import { resolve } from "node:path";
import { type AgentConfig, loadAgentConfig } from "../../agent/config.ts";
import { toFailure } from "../../base/errors/millwright-error.ts";
import type { Environment } from "../terminal/kind.ts";
import { broken, type Check, ok, skipped } from "./check.ts";

/** What the agent would work with. */
export interface Configuration {
  config: AgentConfig;
  /** A file said so; else these are the defaults, which say nothing about this host's controller and folders. */
  known: boolean;
  check: Check;
}

const NAMED = { id: "configuration", title: "Configuration" };

/** Reads the configuration as the agent does; without a file, or with a broken one, the defaults. */
export function openConfiguration(file: string | undefined, environment: Environment): Configuration {
  const defaults = () => loadAgentConfig(devNull, environment);
  if (file === undefined) {
    const found = "No --config was given: the host is looked at with the defaults, the controller isn't asked.";
    return { config: defaults(), known: false, check: skipped(NAMED, found) };
  }
  try {
    const config = loadAgentConfig(file, environment);
    const found = `${resolve(file)}: agent ${config.name}, slots: ${config.slots}`;
    return { config, known: true, check: ok(NAMED, found) };
  } catch (error) {
    return { config: defaults(), known: false, check: broken(NAMED, toFailure(error)) };
  }
}
