import { errorOf } from "../../base/errors/millwright-error.ts";
import { PLATFORMS, type Platform } from "../../protocol/build-types.ts";
import type { NativeConfig } from "../../protocol/job-folder/spec.ts";
import {
  buildNumberFault,
  bundleIdFault,
  nativeConfigFault,
  versionFault,
} from "../../protocol/native-config-rules.ts";
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

/**
 * Throws APP_ID_INVALID or APP_VERSION_INVALID when the platform can't use what config.xml says and nothing overrides it.
 */
export function checkWidget(widget: Widget, config: NativeConfig | undefined, platform: Platform): void {
  const ios = platform === "ios";
  const id = (ios ? widget.iosId : widget.androidId) ?? widget.id;
  const idFault = config?.bundleId === undefined ? bundleIdFault(id, platform) : undefined;
  if (idFault) throw errorOf("APP_ID_INVALID", { value: id, platform, reason: idFault });
  const invalid = (value: string, reason: string) => errorOf("APP_VERSION_INVALID", { value, platform, reason });
  const number = ios ? widget.iosBundleVersion : widget.androidVersionCode;
  const numberFault = number === undefined ? undefined : buildNumberFault(number, platform);
  if (number !== undefined && numberFault && config?.buildNumber === undefined) throw invalid(number, numberFault);
  const version = config?.version ?? widget.version;
  const fault = ios ? versionFault(version) : versionCodeFault(version, number ?? config?.buildNumber);
  if (fault) throw invalid(version, fault);
}

function versionCodeFault(version: string, code: string | undefined): string | undefined {
  // cordova-android makes the version code of the first three numbers of the version.
  if (code !== undefined || /[1-9]/.test(version.split("-")[0] ?? "")) return undefined;
  return `cordova makes the version code of the numbers in ${version}, which would be 0: android wants 1 or more.`;
}
