import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import type { Machine } from "../machine/machine.ts";
import { type Call, out, Refusal, type Tool } from "../machine/tool.ts";
import { checkLicense, type SelectedXcode, selectedXcode } from "../xcode/selected-xcode.ts";
import { type Sdk, sdksOf } from "../xcodebuild/information.ts";
import { simctl } from "./simctl.ts";

const SHOWN: Record<string, (sdk: Sdk) => string> = {
  "--show-sdk-path": ({ path }) => path,
  "--show-sdk-version": ({ version }) => version,
  "--show-sdk-platform-path": ({ path }) => path.replace(/\/Developer\/SDKs\/.*/, ""),
};

/** The tool: answers its exit code, or throws its refusal. */
export function xcrun({ machine, argv }: Call): ReturnType<Tool> {
  const xcode = selectedXcode(machine, "xcrun");
  checkLicense(xcode);
  const words = [...argv];
  let sdk = "macosx";
  while (words[0]?.startsWith("-")) {
    const option = (words.shift() ?? "").replace(/^--?(?=\w)/, "--");
    if (option === "--version") return void out("xcrun version 70.");
    if (option === "--sdk") sdk = words.shift() ?? "";
    else if (option === "--find" || option === "--f") return void out(find(machine, xcode, words[0] ?? ""));
    else if (SHOWN[option]) return void out(SHOWN[option](sdkNamed(xcode, sdk)));
  }
  const [tool = "", ...rest] = words;
  if (tool === "simctl") return simctl(xcode, rest, machine.env["HOME"] ?? "");
  return spawnSync(find(machine, xcode, tool), rest, { stdio: "inherit" }).status ?? 1;
}

function sdkNamed(xcode: SelectedXcode, name: string): Sdk {
  const found = sdksOf(xcode).find(({ platform, canonical }) => platform === name || canonical === name);
  if (!found) throw new Refusal(1, `xcrun: error: SDK "${name}" cannot be located`);
  return found;
}

/** In the Xcode, else on PATH. */
function find(machine: Machine, { developerDir }: SelectedXcode, tool: string): string {
  const folders = [join(developerDir, "usr/bin"), ...(machine.env["PATH"] ?? "").split(delimiter)];
  const found = folders.map((folder) => join(folder, tool)).find((path) => tool !== "" && existsSync(path));
  if (found) return found;
  throw new Refusal(72, `xcrun: error: unable to find utility "${tool}", not a developer tool or in PATH`);
}
