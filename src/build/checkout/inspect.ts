import { errorOf } from "../../base/errors/millwright-error.ts";
import type { JobContext } from "../job/context.ts";
import type { AppFacts } from "../job/findings.ts";
import { OK, type Step } from "../job/step.ts";
import { readWidget } from "../native-config/config-xml.ts";
import { APPFLOW_CONFIG, type AppflowApp, readAppflowConfig } from "./appflow-config.ts";
import { appCommit, cleanSubfolder, listFolder, readCommitFile } from "./commit-tree.ts";
import { checkLfs } from "./lfs.ts";
import { readNodeWish } from "./node-wish.ts";
import { parsePackageJson } from "./package-json.ts";
import { isCheckedOut } from "./sparse.ts";

/** Looks into the commit before anything is checked out: what can't be built is refused here, in the first second. */
export const inspectStep: Step = {
  id: "inspect",
  async run(context) {
    const { subfolder, parts, ...commands } = await placeOf(context);
    context.found.subfolder = subfolder;
    const entries = await listFolder(context, subfolder);
    if (!entries) throw errorOf("SUBFOLDER_MISSING", { subfolder, app: context.spec.app.name });
    const path = (name: string) => (subfolder === "" ? name : `${subfolder}/${name}`);
    if (entries.has("platforms")) throw errorOf("COMMITTED_PLATFORMS", { path: `${path("platforms")}/` });

    const values = { place: subfolder === "" ? "the root" : `the folder ${subfolder}`, app: context.spec.app.name };
    if (!entries.has("package.json")) throw errorOf("PACKAGE_JSON_MISSING", values);
    const packageJson = parsePackageJson(await readCommitFile(context, path("package.json")));
    const node = await readNodeWish(context, subfolder, entries);
    const app: AppFacts = { entries, packageJson, commands, ...(node ? { node } : {}), ...(parts ? { parts } : {}) };
    if (context.spec.kind === "package") {
      if (!entries.has("config.xml")) throw errorOf("CONFIG_XML_MISSING", values);
      app.widget = readWidget(await readCommitFile(context, path("config.xml")));
    }
    context.found.app = app;
    await checkLfs(context, appCommit(context), isCheckedOut(context));
    say(context, app);
    return OK;
  },
};

/** Where the app is and how it is built: as registered, with what appflow.config.json of the commit adds. */
async function placeOf(context: JobContext): Promise<Omit<AppflowApp, "root"> & { subfolder: string }> {
  const registered = cleanSubfolder(context.spec.app.subfolder);
  const root = await listFolder(context, "");
  if (!root?.has(APPFLOW_CONFIG)) return { subfolder: registered };
  const text = await readCommitFile(context, APPFLOW_CONFIG);
  const { root: named, parts, ...commands } = readAppflowConfig(text, { ...context.spec.app, subfolder: registered });
  const subfolder = registered === "" ? named : registered;
  const words = Object.entries({ folder: subfolder, ...commands }).filter(([, value]) => value !== "");
  context.log.line(
    `${APPFLOW_CONFIG}: ${words.map(([name, value]) => `${name} ${value}`).join(", ") || "nothing special"}`,
  );
  return { subfolder, ...(parts ? { parts } : {}), ...commands };
}

function say(context: JobContext, app: AppFacts): void {
  const about = app.widget ? `${app.widget.id} ${app.widget.version} of config.xml, ` : "";
  context.log.line(`Found ${about}package.json, and no platforms/ folder`);
}
