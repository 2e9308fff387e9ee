import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { known } from "../job/findings.ts";
import { OK, type Step, skipped } from "../job/step.ts";
import { readWidget } from "./config-xml.ts";
import { editConfigXml } from "./edit-config-xml.ts";
import { lineDiff } from "./line-diff.ts";

/** Applies the native config to config.xml of the checkout, and shows what it changes. */
export const nativeConfigStep: Step = {
  id: "native-config",
  async run(context) {
    const { nativeConfig, platform } = context.spec;
    const file = join(known(context.found, "appFolder"), "config.xml");
    const text = readFileSync(file, "utf8").replace(/^\uFEFF/, "");
    const app = known(context.found, "app");
    if (!nativeConfig) {
      app.widget = readWidget(text); // a web build or an install script may have written it
      return skipped("The build was started without a native config.");
    }
    const edited = editConfigXml(text, nativeConfig, platform);
    writeFileSync(file, edited.text);
    app.widget = readWidget(edited.text);
    const diff = lineDiff(edited.before, edited.text);
    context.log.line(diff.length > 0 ? `config.xml:\n${diff.join("\n")}` : "config.xml says all of it already");
    return OK;
  },
};
