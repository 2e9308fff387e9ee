import { errorOf } from "../../base/errors/millwright-error.ts";
import { explain } from "../diagnosis/explain.ts";
import { type CommandEnd, runLogged } from "../job/command.ts";
import type { JobContext } from "../job/context.ts";
import { known } from "../job/findings.ts";
import { cordovaEnvironment } from "./cordova-environment.ts";
import { PLUGIN_LINES, pluginFailure } from "./plugin-failures.ts";

export interface CordovaBuild {
  args: readonly string[];
  /** See `JobCommand.keep`. */
  keep?: (bytes: Buffer) => void;
  /** What the platform knows better than the rules about a build that failed. */
  failure?: (end: CommandEnd) => Error | undefined;
}

/** Runs `cordova build`. Throws what is known about a failure, else COMPILE_FAILED. */
export async function buildWithCordova(context: JobContext, build: CordovaBuild): Promise<void> {
  const end = await runLogged(context, {
    step: "compile",
    command: known(context.found, "cordova").command,
    args: build.args,
    cwd: known(context.found, "appFolder"),
    environment: cordovaEnvironment(context),
    noteworthy: PLUGIN_LINES,
    ...(build.keep ? { keep: build.keep } : {}),
  });
  const failure = pluginFailure(context, "compile", end);
  if (failure) throw failure;
  if (!end.ok) throw build.failure?.(end) ?? compileFailure(context, end);
}

function compileFailure(context: JobContext, end: CommandEnd): Error {
  return explain(context, "compile", end, ({ reason, detail }) => {
    const said = `The step's output says: ${reason}`;
    const values = { platform: context.spec.platform, exit: end.exit, reason: said };
    return errorOf("COMPILE_FAILED", values, { detail });
  });
}
