import { HOST_SYSTEMS } from "../../protocol/requirement.ts";
import type { TargetPlatformOptions } from "../managing/target-platforms.ts";
import type { CommandLine } from "./command-line.ts";
import { asksController, examples, type Invocation } from "./invocation.ts";

const actions = () => import("../managing/target-platforms.ts");

/** `millwright target-platforms …`. */
export function defineTargetPlatforms(program: CommandLine, invocation: Invocation): void {
  const group = program
    .command("target-platforms")
    .description("what --target-platform may name: list; set and remove, as an operator");

  const list = asksController(group.command("list", { isDefault: true })).description("list the target platforms");
  examples(list, ["millwright target-platforms", ""]);
  list.action(() => invocation.act(list, async (session) => (await actions()).listTargetPlatforms(session)));

  const set = asksController(group.command("set").argument("<name>", "as requests name it"))
    .description("write a target platform: what was said of it before is replaced")
    .option("--os <os>", "macos, linux or any")
    .option("--xcode <version>", "the Xcode that its builds get: a version or a range")
    .option("--label <name>", "only agents whose configuration promises this name")
    .option("--preferred", "for builds that name no target platform")
    .option("--notice <text>", "told to those who ask for it")
    .option("--retired", "refuse it, with the notice")
    .option("--position <number>", "its place in lists");
  set.choices.set("--os", [...HOST_SYSTEMS, "any"]);
  set.action((name: string) =>
    invocation.act(set, async (session) =>
      (await actions()).setTargetPlatform(session, set.fullName, name, set.opts<TargetPlatformOptions>()),
    ),
  );
  examples(
    set,
    ["millwright target-platforms set 'macOS - 2026.10' --os macos --xcode 26 --preferred", ""],
    ["millwright target-platforms set 'macOS - 2020.11' --os macos --retired --notice 'Ask for macOS - 2026.10.'", ""],
  );

  const remove = asksController(group.command("remove").argument("<name>", "of the target platform")).description(
    "remove a target platform; builds that wait keep what they asked for",
  );
  examples(remove, ["millwright target-platforms remove 'macOS - 2020.11'", ""]);
  remove.action((name: string) =>
    invocation.act(remove, async (session) => (await actions()).removeTargetPlatform(session, name)),
  );
}
