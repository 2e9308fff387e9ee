import { basename } from "node:path";
import { errorOf } from "../../base/errors/millwright-error.ts";
import { formatSize } from "../../base/units.ts";
import { type EnvironmentRequest, FILE_SECRET_LIMITS } from "../../protocol/api.ts";
import type { Session } from "../session.ts";
import { usageError } from "../usage.ts";
import { putSetting } from "./named-settings.ts";
import { pairs } from "./pairs.ts";
import { SecretInput } from "./secret-input.ts";

export interface EnvironmentOptions {
  var: string[];
  secretFile: string[];
  fileSecret: string[];
}

type FileSecrets = NonNullable<EnvironmentRequest["files"]>;

const VARIABLE = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** `millwright environments set`. */
export async function setEnvironment(
  session: Session,
  command: string,
  name: string,
  options: EnvironmentOptions,
): Promise<number> {
  const variables = pairs(command, "--var", options.var, VARIABLE);
  const texts = pairs(command, "--secret-file", options.secretFile, VARIABLE);
  const files = pairs(command, "--file-secret", options.fileSecret, VARIABLE);
  refuseSharedNames(command, [...variables.keys(), ...texts.keys(), ...files.keys()]);
  const input = new SecretInput(session);
  const secrets: Record<string, string> = {};
  for (const [key, file] of texts) secrets[key] = await input.text(`--secret-file ${key}`, file);
  const request: EnvironmentRequest = { variables: Object.fromEntries(variables), secrets };
  if (files.size > 0) request.files = await readFiles(input, files);
  return putSetting(session, "environments", name, request);
}

function refuseSharedNames(command: string, names: readonly string[]): void {
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice === undefined) return;
  throw usageError(
    command,
    `${twice} can only be one of a variable (--var), a secret (--secret-file), a file (--file-secret).`,
  );
}

/** Large files are refused here: the controller would hang up in the middle of them. */
async function readFiles(input: SecretInput, files: Map<string, string>): Promise<FileSecrets> {
  const { each, together } = FILE_SECRET_LIMITS;
  const result: FileSecrets = {};
  let sum = 0;
  for (const [key, file] of files) {
    const bytes = await input.bytes(`--file-secret ${key}`, file);
    sum += bytes.length;
    const large =
      bytes.length > each ? `It has ${formatSize(bytes.length)}, and a file may have ${formatSize(each)}.` : "";
    const many = sum > together ? `The files have more than ${formatSize(together)} together.` : "";
    if (large || many) throw errorOf("FILE_UNREADABLE", { file, reason: large || many });
    result[key] = { fileName: file === "-" ? key : basename(file), base64: bytes.toString("base64") };
  }
  return result;
}
