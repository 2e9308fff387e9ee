import { BUILD_TYPES, PACKAGE_TYPES, PLATFORMS } from "../../protocol/build-types.ts";
import type { AutomationOptions } from "../managing/automations.ts";
import type { CommandLine } from "./command-line.ts";
import { collected, examples, type Invocation } from "./invocation.ts";
import { ofApp } from "./pushes.ts";

/** `millwright automations …`. */
export function defineAutomations(program: CommandLine, invocation: Invocation): void {
  const group = program
    .command("automations")
    .description("builds that pushes to branches start: list, add, remove, enable, disable");
  const actions = () => import("../managing/automations.ts");

  const list = ofApp(group.command("list", { isDefault: true })).description("list the automations of an app");
  examples(list, ["millwright automations --app shop", ""]);
  list.action(() =>
    invocation.act(list, async (session) =>
      (await actions()).listAutomations(session, list.opts<{ app?: string }>().app),
    ),
  );

  defineAdd(group, invocation);
  for (const [word, does] of [
    ["remove", "remove an automation"],
    ["enable", "let an automation start builds again"],
    ["disable", "keep an automation, and let it start no builds"],
  ] as const) {
    const command = ofApp(group.command(word).argument("<name>", "name or id of the automation")).description(does);
    examples(command, [`millwright automations ${word} beta`, ""]);
    command.action((name: string) =>
      invocation.act(command, async (session) => {
        const { app } = command.opts<{ app?: string }>();
        const { removeAutomation, switchAutomation } = await actions();
        if (word === "remove") return removeAutomation(session, app, name);
        return switchAutomation(session, app, name, word === "enable");
      }),
    );
  }
}

function defineAdd(group: CommandLine, invocation: Invocation): void {
  const add = ofApp(group.command("add").argument("<name>", "how the automation is called"))
    .description("start a build of every push to some branches; without --platform it is a deploy build")
    .option(
      "--branch <pattern>",
      "a branch, or a pattern with * for any text; may be given again and again",
      collected,
      [],
    )
    .option("--platform <platform>", "android or ios")
    .option("--type <type>", "as of millwright package build")
    .option("--package-type <type>", "android only: apk or aab")
    .option("--target-platform <name>", "build on a host of this kind")
    .option("--environment <name>", "variables and secrets of the build")
    .option("--native-config <name>", "override app name, id, version or preferences of config.xml")
    .option("--security-profile <name>", "sign with this profile")
    .option("--build-file-name <name>", "name of the file that is made");
  add.choices.set("--platform", PLATFORMS).set("--type", Object.values(BUILD_TYPES).flat());
  add.choices.set("--package-type", PACKAGE_TYPES);
  add.action((name: string) =>
    invocation.act(add, async (session) =>
      (await import("../managing/automations.ts")).addAutomation(
        session,
        add.fullName,
        name,
        add.opts<AutomationOptions>(),
      ),
    ),
  );
  examples(
    add,
    ["millwright automations add beta --branch main --platform android --type release --security-profile play", ""],
    ["millwright automations add previews --branch 'feature/*' --environment staging", "the web build of each feature"],
  );
}
