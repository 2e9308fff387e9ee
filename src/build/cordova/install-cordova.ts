import { mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { errorOf } from "../../base/errors/millwright-error.ts";
import { takeLock } from "../../base/processes/ticket-lock.ts";
import { explain } from "../diagnosis/explain.ts";
import { npmEnvironment } from "../install/npm-environment.ts";
import { runLogged } from "../job/command.ts";
import type { JobContext } from "../job/context.ts";
import { hostEnvironment } from "../job/environment.ts";
import { cordovaIn } from "./installed.ts";

/**
 * Installs the agent's cordova with npm beside `folder` and renames it there: jobs see all of it or nothing. Throws
 * CORDOVA_UNAVAILABLE.
 */
export async function installCordova(context: JobContext, folder: string): Promise<void> {
  const waiting = () => context.log.line("Waiting for another build that is installing cordova");
  const release = await takeLock(`${folder}.lock`, context.stop.signal, waiting);
  const next = `${folder}.new`;
  try {
    if (cordovaIn(folder)) return; // another job was faster
    rmSync(next, { recursive: true, force: true });
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(next, { recursive: true });
    writeFileSync(join(next, "package.json"), '{ "private": true }\n');
    await npmInstall(context, next);
    renameSync(next, folder);
  } finally {
    release();
  }
}

async function npmInstall(context: JobContext, folder: string): Promise<void> {
  const version = context.host.cordovaVersion;
  const end = await runLogged(context, {
    step: "platform",
    command: "npm",
    args: ["install", "--no-save", `cordova@${version}`],
    cwd: folder,
    environment: hostEnvironment(context, npmEnvironment(context)),
    writes: [folder],
  });
  if (end.ok) return;
  throw explain(context, "platform", end, ({ reason, detail }) =>
    errorOf("CORDOVA_UNAVAILABLE", { version, reason }, { detail }),
  );
}
