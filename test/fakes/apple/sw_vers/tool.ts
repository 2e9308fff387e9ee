import { type Call, out, type Tool } from "../machine/tool.ts";

/** The tool: answers its exit code, or throws its refusal. */
export function swVers({ machine, argv }: Call): ReturnType<Tool> {
  const { version, build } = machine.settings.macOS;
  const [option = ""] = argv;
  const values: Record<string, string> = { productName: "macOS", productVersion: version, buildVersion: build };
  const wanted = values[option.replace(/^--?/, "")];
  out(wanted ?? `ProductName:\t\tmacOS\nProductVersion:\t\t${version}\nBuildVersion:\t\t${build}`);
  return 0;
}
