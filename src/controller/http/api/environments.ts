import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { errorOf } from "../../../base/errors/millwright-error.ts";
import { formatSize } from "../../../base/units.ts";
import { FILE_SECRET_LIMITS } from "../../../protocol/api.ts";
import type { Services } from "../../services.ts";
import { line, validate } from "../validate.ts";
import { type Split, settingRoutes } from "./settings.ts";

/** All files at their limit in base64, and room for variables and secrets. */
const MOST_BODY_BYTES = Math.ceil((FILE_SECRET_LIMITS.together * 4) / 3) + 4 * 2 ** 20;

const variableName = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, "expected a variable's name");
const fileName = line(200).regex(/^(?!\.{1,2}$)[^/\\]+$/, "expected a file's name without a folder");

export const ENVIRONMENT = z.strictObject({
  variables: z.record(variableName, z.string().max(100_000)).default({}),
  secrets: z.record(variableName, z.string().max(100_000)).default({}),
  files: z.record(variableName, z.strictObject({ fileName, base64: z.base64("expected base64") })).default({}),
});

type Environment = z.output<typeof ENVIRONMENT>;

/** Variables, secrets and secret files of builds. */
export function environmentRoutes(api: FastifyInstance, services: Services): void {
  const split = (body: unknown) => splitEnvironment(validate(ENVIRONMENT, body));
  settingRoutes(api, services, {
    path: "/environments",
    kind: "environment",
    mostBodyBytes: MOST_BODY_BYTES,
    body: ENVIRONMENT,
    split,
  });
}

function splitEnvironment({ variables, secrets, files }: Environment): Split {
  refuseSharedNames([variables, secrets, files].flatMap((part) => Object.keys(part)));
  refuseLargeFiles(files);
  const secretNames = Object.keys(secrets).sort();
  const fileNames = Object.keys(files)
    .sort()
    .map((name) => `${name}: ${files[name]?.fileName}`);
  const secret = secretNames.length + fileNames.length > 0 ? { secrets, files } : null;
  return { shown: { variables, secretNames, fileNames }, secret };
}

/** A build has one variable of each name. */
function refuseSharedNames(names: readonly string[]): void {
  const twice = [...new Set(names.filter((name, index) => names.indexOf(name) !== index))];
  if (twice.length === 0) return;
  const reason = `${twice.join(", ")}: a name can stand only once among variables, secrets and files`;
  throw errorOf("REQUEST_INVALID", { reason });
}

function refuseLargeFiles(files: Environment["files"]): void {
  const { each, together } = FILE_SECRET_LIMITS;
  const sizes = Object.entries(files).map(([name, file]) => [name, Buffer.byteLength(file.base64, "base64")] as const);
  const tooLarge = sizes.filter(([, size]) => size > each).map(([name, size]) => `${name} (${formatSize(size)})`);
  if (tooLarge.length > 0) {
    throw errorOf("REQUEST_INVALID", { reason: `files.${tooLarge.join(", ")}: a file may have ${formatSize(each)}` });
  }
  const sum = sizes.reduce((total, [, size]) => total + size, 0);
  if (sum <= together) return;
  const reason = `files: together they have ${formatSize(sum)}, and may have ${formatSize(together)}`;
  throw errorOf("REQUEST_INVALID", { reason });
}
