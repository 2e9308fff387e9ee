import { type Call, out, type Tool } from "../machine/tool.ts";

/** The tool: answers its exit code, or throws its refusal. */
export function ioreg({ machine }: Call): ReturnType<Tool> {
  out("+-o Root  <class IORegistryEntry, id 0x100000100, retain 30>");
  for (const [index, serial] of machine.settings.phones.entries()) {
    out(`  +-o iPhone@0${index}100000  <class AppleUSBDevice, id 0x10000${index}, registered, matched, active>`);
    out(`      {\n        "USB Serial Number" = "${serial}"\n      }`);
  }
  return 0;
}
