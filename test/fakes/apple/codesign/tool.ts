import { existsSync } from "node:fs";
import { absolute } from "../machine/machine.ts";
import { type Call, Refusal, type Tool } from "../machine/tool.ts";
import { readCodesign } from "./command-line.ts";
import { display } from "./display.ts";
import { sign } from "./sign.ts";
import { verify } from "./verify.ts";

/** The tool: answers its exit code, or throws its refusal. */
export function codesign({ machine, argv }: Call): ReturnType<Tool> {
  const command = readCodesign(argv);
  if (command.paths.length === 0)
    throw new Refusal(2, "Usage: codesign -s identity [-fv*] [-o flags] [-r reqs] [-i ident] path ...");
  for (const given of command.paths) {
    const path = absolute(machine, given).replace(/\/$/, "");
    if (!existsSync(path)) throw new Refusal(1, `${given}: No such file or directory`);
    if (command.action === "sign") sign(machine, command, path, given);
    else if (command.action === "display") display(machine, command, path, given);
    else verify(command, path, given);
  }
  return 0;
}
