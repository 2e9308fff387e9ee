import { z } from "zod";
import { errorOf } from "../../base/errors/millwright-error.ts";

export const APPFLOW_CONFIG = "appflow.config.json";

/** What appflow.config.json says about one app. */
export interface AppflowApp {
  /** The app's folder inside the repository; empty for its root. */
  root: string;
  install?: string;
  webBuild?: string;
  /** Other folders that the app needs. With them, also with none, only these and the app's own are checked out. */
  parts?: string[];
}

const COMMAND = z.string("expected a command").min(1, "expected a command").optional();
const ENTRY = z.object({
  appId: z.string("expected the app's id").optional(),
  root: z.string("expected a folder").optional(),
  dependencyInstallCommand: COMMAND,
  webBuildCommand: COMMAND,
  buildCommand: COMMAND,
  checkout: z.array(z.string("expected a folder"), "expected a list of folders").optional(),
});
const FILE = z.object({ apps: z.array(ENTRY, "expected a list").min(1, "expected at least one app") });

/**
 * Reads the file that Appflow knows for repositories with several apps or with own commands. The app's entry is the one with
 * its id or name, else the one with its subfolder, else the only one. Throws APPFLOW_CONFIG_INVALID.
 */
export function readAppflowConfig(text: string, app: { id: string; name: string; subfolder: string }): AppflowApp {
  const { apps } = parse(text);
  const entry =
    apps.find((each) => each.appId === app.id || each.appId === app.name) ??
    apps.find((each) => app.subfolder !== "" && clean(each.root) === app.subfolder) ??
    (apps.length === 1 ? apps[0] : undefined);
  if (!entry) {
    const names = apps.map((each) => each.appId ?? "one without appId").join(", ");
    throw invalid(
      `It describes ${apps.length} apps (${names}), and none has the appId ${app.id} or ${app.name}, or the subfolder of the app here.`,
    );
  }
  const webBuild = entry.webBuildCommand ?? entry.buildCommand;
  return {
    root: clean(entry.root),
    ...(entry.dependencyInstallCommand ? { install: entry.dependencyInstallCommand } : {}),
    ...(webBuild ? { webBuild } : {}),
    ...(entry.checkout ? { parts: entry.checkout.map((folder) => clean(folder, "checkout")) } : {}),
  };
}

function parse(text: string): z.output<typeof FILE> {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw invalid(`It is not valid JSON: ${(cause as Error).message}.`);
  }
  const read = FILE.safeParse(json);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  throw invalid(`${issue?.path.join(".") || "The file"}: ${issue?.message ?? "not understood"}.`);
}

function clean(folder = "", field = "root"): string {
  const parts = folder.split("/").filter((part) => part !== "" && part !== ".");
  if (parts.includes("..")) throw invalid(`${field} ${JSON.stringify(folder)} leads out of the repository.`);
  return parts.join("/");
}

function invalid(reason: string) {
  return errorOf("APPFLOW_CONFIG_INVALID", { reason });
}
