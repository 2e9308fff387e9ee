import type { NativeConfigOptions } from "../managing/native-configs.ts";
import type { CommandLine } from "./command-line.ts";
import { asksController, collected, examples, type Invocation } from "./invocation.ts";

/** `millwright native-configs …`. */
export function defineNativeConfigs(program: CommandLine, invocation: Invocation): void {
  const group = program
    .command("native-configs")
    .description("overrides of config.xml and of plugin variables: list, set, remove");
  const named = () => import("../managing/named-settings.ts");

  const list = asksController(group.command("list", { isDefault: true })).description("list the native configs");
  examples(list, ["millwright native-configs", ""]);
  list.action(() => invocation.act(list, async (session) => (await named()).listSettings(session, "native-configs")));

  const set = asksController(group.command("set").argument("<name>", "name of the native config"))
    .description("write a native config: what was in it before is replaced")
    .option("--app-name <name>", "the app's name")
    .option("--bundle-id <id>", "the app's id, such as com.example.shop")
    .option("--version <version>", "the app's version")
    .option("--build-number <number>", "Android versionCode, iOS build number")
    .option("--preference <name=value>", "a preference of config.xml; may be given again and again", collected, [])
    .option(
      "--plugin-variable <plugin:name=value>",
      "a variable with which a plugin is installed; again and again",
      collected,
      [],
    );
  set.action((name: string) =>
    invocation.act(set, async (session) => {
      const { setNativeConfig } = await import("../managing/native-configs.ts");
      return setNativeConfig(session, set.fullName, name, set.opts<NativeConfigOptions>());
    }),
  );
  examples(
    set,
    ["millwright native-configs set beta --app-name 'Shop beta' --bundle-id com.example.shop.beta", ""],
    ["millwright native-configs set beta --plugin-variable cordova-plugin-ionic:CHANNEL_NAME=Beta", ""],
  );

  const remove = asksController(group.command("remove").argument("<name>", "name of the native config"));
  remove.description("remove a native config");
  examples(remove, ["millwright native-configs remove beta", ""]);
  remove.action((name: string) =>
    invocation.act(remove, async (session) => (await named()).removeSetting(session, "native-configs", name)),
  );
}
