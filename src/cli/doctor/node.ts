import { arch, versions } from "node:process";
import { failureOf } from "../../base/errors/millwright-error.ts";
import { isAtLeast } from "../../protocol/target-platform.ts";
import { outputOf } from "./ask.ts";
import { broken, type Check, ok } from "./check.ts";

/** As package.json says; a test holds both together. */
export const NEEDED_NODE = "20.19";

const NAMED = { id: "node", title: "Node" };

/** Looks at the Node that runs this command, which is the one that would run the agent. */
export async function checkNode(environment: Readonly<Record<string, string>>): Promise<Check> {
  const version = versions.node;
  if (!isAtLeast(version, NEEDED_NODE)) {
    return broken(NAMED, failureOf("NODE_TOO_OLD", { version, needed: NEEDED_NODE }));
  }
  // Only macOS knows this name; it answers 1 to a process that Rosetta translates, and to its children.
  const translated = await outputOf("sysctl", ["-n", "sysctl.proc_translated"], environment);
  if (translated?.trim() === "1") return broken(NAMED, failureOf("NODE_TRANSLATED"), "warning");
  return ok(NAMED, `${version}, ${arch}, ${process.execPath}`);
}
