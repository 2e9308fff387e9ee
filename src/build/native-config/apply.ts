import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { NativeConfig } from "../../protocol/job-folder/spec.ts";
import type { JobContext } from "../job/context.ts";
import { known } from "../job/findings.ts";
import { mustStayInside } from "../job/stay-inside.ts";
import { OK, type Step, skipped } from "../job/step.ts";
import { readWidget } from "./config-xml.ts";
import { editConfigXml } from "./edit-config-xml.ts";
import { lineDiff } from "./line-diff.ts";
import { editPackageJson } from "./plugin-variables.ts";

/** Applies the native config to config.xml and package.json of the checkout, and shows what it changes. */
export const nativeConfigStep: Step = {
  id: "native-config",
  async run(context) {
    const { nativeConfig, platform } = context.spec;
    const file = join(known(context.found, "appFolder"), "config.xml");
    mustStayInside(context.host.worktree, file);
    const text = readFileSync(file, "utf8").replace(/^\uFEFF/, "");
    const app = known(context.found, "app");
    if (!nativeConfig) {
      app.widget = readWidget(text); // a web build or an install script may have written it
      return skipped("The build was started without a native config.");
    }
    const edited = editConfigXml(text, nativeConfig, platform);
    writeFileSync(file, edited.text);
    app.widget = readWidget(edited.text);
    sayDiff(context, "config.xml", edited);
    if (nativeConfig.pluginVariables) editPlugins(context, nativeConfig.pluginVariables);
    return OK;
  },
};

function editPlugins(context: JobContext, variables: NonNullable<NativeConfig["pluginVariables"]>): void {
  const file = join(known(context.found, "appFolder"), "package.json");
  mustStayInside(context.host.worktree, file);
  const edited = editPackageJson(readFileSync(file, "utf8").replace(/^\uFEFF/, ""), variables);
  writeFileSync(file, edited.text);
  sayDiff(context, "package.json", edited);
}

function sayDiff(context: JobContext, name: string, edited: { before: string; text: string }): void {
  const diff = lineDiff(edited.before, edited.text);
  context.log.line(diff.length > 0 ? `${name}:\n${diff.join("\n")}` : `${name} needs no change`);
}
