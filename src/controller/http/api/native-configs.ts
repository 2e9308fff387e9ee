import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { errorOf } from "../../../base/errors/millwright-error.ts";
import type { NativeConfig } from "../../../protocol/job-folder/spec.ts";
import { faultOnEveryPlatform } from "../../../protocol/native-config-rules.ts";
import type { Services } from "../../services.ts";
import { line, optionalLine, validate } from "../validate.ts";
import { type Split, settingRoutes } from "./settings.ts";

const MOST_BODY_BYTES = 2 ** 20;

export const NATIVE_CONFIG = z.strictObject({
  appName: line(100).optional(),
  bundleId: line(200).optional(),
  version: line(50).optional(),
  buildNumber: line(20).optional(),
  preferences: z.record(line(100), z.string().max(1000)).optional(),
  pluginVariables: z.record(line(200), z.record(line(100), optionalLine(10_000))).optional(),
});

/** Overrides of config.xml and of plugins' variables. */
export function nativeConfigRoutes(api: FastifyInstance, services: Services): void {
  settingRoutes(api, services, {
    path: "/native-configs",
    kind: "native-config",
    mostBodyBytes: MOST_BODY_BYTES,
    body: NATIVE_CONFIG,
    split: (body, name) => splitNativeConfig(validate(NATIVE_CONFIG, body), name),
  });
}

/** The platform is known only when a build is asked for: what one of them takes is taken. */
function splitNativeConfig(config: z.output<typeof NATIVE_CONFIG>, name: string): Split {
  const fault = faultOnEveryPlatform(config as Omit<NativeConfig, "name">);
  if (fault) throw errorOf(fault.code, { name, value: fault.value, reason: fault.reason });
  return { shown: config, secret: null };
}
