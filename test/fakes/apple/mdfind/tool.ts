import { join } from "node:path";
import { type Call, out, type Tool } from "../machine/tool.ts";

/** The tool: answers its exit code, or throws its refusal. */
export function mdfind({ machine, argv }: Call): ReturnType<Tool> {
  if (!argv.some((word) => word.includes("com.apple.dt.Xcode"))) return 0;
  for (const folder of Object.keys(machine.settings.xcodes)) out(join(machine.root, "Applications", folder));
  return 0;
}
