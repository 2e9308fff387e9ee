import { readFileSync } from "node:fs";

/** Whether a process (or, with a negative number, a group) exists and isn't just an unreaped zombie. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
  return pid < 0 || !isZombie(pid);
}

function isZombie(pid: number): boolean {
  return statFields(pid)?.[0] === "Z";
}

/**
 * When a process began, in clock ticks since boot, as text: with the pid it names a process also after pids were reused.
 * Undefined when there is no such process, or where there is no /proc.
 */
export function processStartTime(pid: number): string | undefined {
  return statFields(pid)?.[19];
}

/** The fields of /proc/PID/stat behind the command's name, which may hold blanks and parentheses. */
function statFields(pid: number): string[] | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "utf8");
    return text.slice(text.lastIndexOf(")") + 2).split(" ");
  } catch {
    return undefined;
  }
}
