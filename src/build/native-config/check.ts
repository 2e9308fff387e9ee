import { errorOf } from "../../base/errors/millwright-error.ts";
import { PLATFORMS } from "../../protocol/build-types.ts";
import type { NativeConfig } from "../../protocol/job-folder/spec.ts";
import { buildNumberFault, bundleIdFault, nativeConfigFault } from "../../protocol/native-config-rules.ts";
import type { Widget } from "../job/findings.ts";

/**
 * Throws BUNDLE_ID_INVALID, VERSION_INVALID, VERSION_CODE_INVALID or NATIVE_CONFIG_INVALID when the platform's tools would
 * refuse or misread an override.
 */
export function checkNativeConfig(config: NativeConfig, platform: string): void {
  const known = PLATFORMS.find((each) => each === platform);
  const fault = known && nativeConfigFault(config, known);
  if (fault) throw errorOf(fault.code, { name: config.name, value: fault.value, reason: fault.reason });
}

/** Throws APP_ID_INVALID or APP_VERSION_INVALID when android can't use what config.xml says and nothing overrides it. */
export function checkWidget(widget: Widget, config: NativeConfig | undefined): void {
  const platform = "android";
  const id = widget.androidId ?? widget.id;
  const idFault = config?.bundleId === undefined ? bundleIdFault(id, platform) : undefined;
  if (idFault) throw errorOf("APP_ID_INVALID", { value: id, platform, reason: idFault });
  if (config?.buildNumber !== undefined) return;
  const code = widget.androidVersionCode;
  const codeFault = code === undefined ? undefined : buildNumberFault(code, platform);
  if (code !== undefined && codeFault)
    throw errorOf("APP_VERSION_INVALID", { value: code, platform, reason: codeFault });
  // cordova-android makes the version code of the first three numbers of the version.
  const version = config?.version ?? widget.version;
  if (code !== undefined || /[1-9]/.test(version.split("-")[0] ?? "")) return;
  const reason = `cordova makes the version code of the numbers in ${version}, which would be 0: android wants 1 or more.`;
  throw errorOf("APP_VERSION_INVALID", { value: version, platform, reason });
}
