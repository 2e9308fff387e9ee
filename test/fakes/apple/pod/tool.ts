import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Machine } from "../machine/machine.ts";
import { type Call, err, out, Refusal, type Tool } from "../machine/tool.ts";
import { readPodfile } from "./podfile.ts";
import { writePods } from "./write-pods.ts";

/** Ways in which `pod install` fails; settings.pod.failure names one. */
const FAILURES: Record<string, { code: number; text: string }> = {
  "no-spec": {
    code: 31,
    text: "[!] Unable to find a specification for `ExamplePod`\n\nYou have either:\n * mistyped the name or version.\n * not added the source repo that hosts the Podspec to your Podfile.",
  },
  versions: {
    code: 31,
    text: '[!] CocoaPods could not find compatible versions for pod "ExamplePod":\n  In Podfile:\n    ExamplePod (~> 99.0)\n\nNone of your spec sources contain a spec satisfying the dependency: `ExamplePod (~> 99.0)`.',
  },
  "deployment-target": {
    code: 1,
    text: '[!] CocoaPods could not find compatible versions for pod "ExamplePod":\n  In Podfile:\n    ExamplePod\n\nSpecs satisfying the `ExamplePod` dependency were found, but they required a higher minimum deployment target.',
  },
  network: {
    code: 1,
    text: "[!] CDN: trunk URL couldn't be downloaded: https://cdn.cocoapods.org/all_pods_versions_0_0_0.txt Response: Couldn't connect to server",
  },
};

/** The tool: answers its exit code, or throws its refusal. */
export function pod({ machine, argv }: Call): ReturnType<Tool> {
  const [command] = argv;
  const { version, failure } = machine.settings.pod;
  if (command === "--version") return void out(version);
  checkLocale(machine);
  if (command !== "install") throw new Refusal(1, `[!] Unknown command: \`${command ?? ""}\``);
  const file = join(machine.cwd, "Podfile");
  if (!existsSync(file)) throw new Refusal(1, "[!] No `Podfile' found in the project directory.");
  out("Analyzing dependencies");
  if (failure !== "") {
    const known = FAILURES[failure];
    throw new Refusal(known?.code ?? 1, known?.text ?? failure);
  }
  const podfile = readPodfile(readFileSync(file, "utf8"));
  out("Downloading dependencies");
  for (const { name, version: wanted } of podfile.pods) out(`Installing ${name} (${wanted})`);
  out("Generating Pods project\nIntegrating client project");
  writePods(machine.cwd, podfile);
  const count = podfile.pods.length;
  out(
    `Pod installation complete! There ${count === 1 ? "is" : "are"} ${count} ${count === 1 ? "dependency" : "dependencies"} from the Podfile and ${count} total pods installed.`,
  );
  return 0;
}

/** Ruby on a Mac takes the locale's encoding; in US-ASCII CocoaPods dies. */
function checkLocale({ env }: Machine): void {
  const locale = env["LC_ALL"] || env["LC_CTYPE"] || env["LANG"] || "";
  if (/utf-?8/i.test(locale)) return;
  err(
    "\x1b[33mWARNING: CocoaPods requires your terminal to be using UTF-8 encoding.\n    Consider adding the following to ~/.profile:\n\n    export LANG=en_US.UTF-8\n    \x1b[0m",
  );
  const where = "/opt/ruby/lib/ruby/3.3.0/unicode_normalize/normalize.rb:141:in `normalize'";
  throw new Refusal(1, `${where}: Unicode Normalization not appropriate for ASCII-8BIT (Encoding::CompatibilityError)`);
}
