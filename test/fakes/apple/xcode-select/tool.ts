import { existsSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { absolute, type Machine } from "../machine/machine.ts";
import { type Call, out, Refusal, type Tool } from "../machine/tool.ts";
import { activeDeveloperDir } from "../xcode/selected-xcode.ts";

/** The tool: answers its exit code, or throws its refusal. */
export function xcodeSelect({ machine, argv }: Call): ReturnType<Tool> {
  const [option = "", value] = argv;
  if (["-p", "--print-path"].includes(option)) out(activeDeveloperDir(machine));
  else if (["-s", "--switch"].includes(option)) switchTo(machine, value);
  else if (["-v", "--version"].includes(option)) out("xcode-select version 2410.");
  else
    throw new Refusal(
      1,
      "Usage: xcode-select [options]\n\nPrint or change the path to the active developer directory.",
    );
  return 0;
}

/** The fake's superuser is whoever has SUDO_USER set, as sudo does. */
function switchTo(machine: Machine, value: string | undefined): void {
  if (value === undefined) throw new Refusal(1, "xcode-select: error: --switch requires a path argument");
  const inside = join(absolute(machine, value), "Contents/Developer");
  const folder = existsSync(inside) ? inside : absolute(machine, value);
  if (!existsSync(folder)) throw new Refusal(1, `xcode-select: error: invalid developer directory '${value}'`);
  if (machine.env["SUDO_USER"] === undefined) {
    const hint = "(e.g. `sudo xcode-select --switch <xcode_folder_path>`).";
    throw new Refusal(1, `xcode-select: error: --switch must be run as root ${hint}`);
  }
  const link = join(machine.root, "var/db/xcode_select_link");
  rmSync(link, { force: true });
  symlinkSync(folder, link);
}
