import type { BuildKind } from "../../protocol/build-types.ts";
import { collectStep } from "../artifacts/collect.ts";
import { fetchStep } from "../checkout/fetch.ts";
import { inspectStep } from "../checkout/inspect.ts";
import { checkoutStep } from "../checkout/worktree.ts";
import { compileStep } from "../cordova/compile.ts";
import { platformStep } from "../cordova/platform.ts";
import { installStep } from "../install/install.ts";
import type { Step } from "../job/step.ts";
import { nativeConfigStep } from "../native-config/apply.ts";
import { preflightStep } from "../preflight/preflight.ts";
import { verifyStep } from "../product/verify.ts";
import { webBuildStep } from "../web/web-build.ts";

/** The way of a build, in order. A deploy build ends with the web build, whose result is collected. */
export function pipelineOf(kind: BuildKind): readonly Step[] {
  const web = [fetchStep, inspectStep, preflightStep, checkoutStep, installStep, webBuildStep];
  // The native config goes first: adding the platform installs the plugins, which take the package id as it is then.
  const native = [nativeConfigStep, platformStep, compileStep, verifyStep];
  return [...web, ...(kind === "package" ? native : []), collectStep];
}
