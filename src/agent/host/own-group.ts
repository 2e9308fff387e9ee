import { readFileSync } from "node:fs";
import { basename, dirname, join, relative } from "node:path";

/** What the unit calls the part of its group where the agent itself is (`DelegateSubgroup=`, systemd 254 and later). */
export const AGENT_GROUP = "agent";

/** Where the kernel says what this process belongs to; other files in tests. */
export const KERNEL_SAYS = { mounts: "/proc/self/mountinfo", groups: "/proc/self/cgroup" };

/**
 * The folder of the control group (version 2) that was handed over to this agent: it is in its subgroup `agent`, so the group
 * itself holds no process, and may be divided. An agent that was put elsewhere divides nothing: the group would be somebody
 * else's, or systemd couldn't start it again while builds of the last one run. Answers the reason instead where there is none.
 */
export function ownGroup(says: typeof KERNEL_SAYS = KERNEL_SAYS): { folder: string } | { lacking: string } {
  const mount = unifiedMount(text(says.mounts));
  const path = /^0::(\/.*)$/m.exec(text(says.groups))?.[1];
  if (!mount || path === undefined) return { lacking: "This system has no control groups of version 2." };
  if (basename(path) !== AGENT_GROUP) {
    return {
      lacking:
        "The agent has no control group of its own to divide: its service needs Delegate=, DelegateSubgroup=agent and systemd 254 or later.",
    };
  }
  const below = relative(mount.root, dirname(path));
  if (below.startsWith("..")) return { lacking: "The agent's control group isn't mounted here." };
  return { folder: join(mount.folder, below) };
}

/** Of a line of mountinfo: number, parent, device, root, folder, options … - type. */
function unifiedMount(mounts: string): { root: string; folder: string } | undefined {
  const fields = mounts
    .split("\n")
    .find((line) => / - cgroup2 /.test(line))
    ?.split(" ");
  const [root, folder] = [fields?.[3], fields?.[4]];
  return root && folder ? { root, folder } : undefined;
}

function text(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return ""; // another system
  }
}
