import type { EnvironmentRequest } from "../../protocol/api.ts";
import type { Session } from "../session.ts";
import { usageError } from "../usage.ts";
import { putSetting } from "./named-settings.ts";
import { pairs } from "./pairs.ts";
import { SecretInput } from "./secret-input.ts";

export interface EnvironmentOptions {
  var: string[];
  secretFile: string[];
}

const VARIABLE = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** `millwright environments set`. */
export async function setEnvironment(
  session: Session,
  command: string,
  name: string,
  options: EnvironmentOptions,
): Promise<number> {
  const variables = pairs(command, "--var", options.var, VARIABLE);
  const files = pairs(command, "--secret-file", options.secretFile, VARIABLE);
  const twice = [...files.keys()].find((key) => variables.has(key));
  if (twice !== undefined) throw usageError(command, `${twice} can't be both a variable and a secret.`);
  const input = new SecretInput(session);
  const secrets: Record<string, string> = {};
  for (const [key, file] of files) secrets[key] = await input.text(`--secret-file ${key}`, file);
  const request: EnvironmentRequest = { variables: Object.fromEntries(variables), secrets };
  return putSetting(session, "environments", name, request);
}
