import { type Call, err, out, type Tool } from "../machine/tool.ts";

const VALUES: Record<string, string> = {
  "sysctl.proc_translated": "0",
  "hw.memsize": "17179869184",
  "hw.ncpu": "8",
  "hw.physicalcpu": "8",
  "hw.model": "Macmini9,1",
  "hw.optional.arm64": "1",
  "machdep.cpu.brand_string": "Apple M1",
};

/** The tool: answers its exit code, or throws its refusal. */
export function sysctl({ argv }: Call): ReturnType<Tool> {
  const names = argv.filter((word) => !word.startsWith("-"));
  const unknown = names.filter((name) => VALUES[name] === undefined);
  for (const name of names) if (VALUES[name]) out(argv.includes("-n") ? VALUES[name] : `${name}: ${VALUES[name]}`);
  for (const name of unknown) err(`sysctl: unknown oid '${name}'`);
  return unknown.length > 0 ? 1 : 0;
}
