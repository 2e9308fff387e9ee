import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { platform } from "node:os";

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
 * When a process began, as text: with the pid it names a process also after pids were reused. In clock ticks since boot; on
 * macOS, which has no /proc, the time of day. Undefined when there is no such process.
 */
export function processStartTime(pid: number): string | undefined {
  return platform() === "linux" ? statFields(pid)?.[19] : startTimeByPs(pid);
}

/** To the second, in UTC, in letters, digits and dashes. */
export function startTimeByPs(pid: number): string | undefined {
  try {
    const env = { PATH: "/usr/bin:/bin", LC_ALL: "C", TZ: "UTC" };
    const text = execFileSync("ps", ["-o", "lstart=", "-p", String(pid)], { encoding: "utf8", env, stdio: "pipe" });
    return text.trim().replace(/[^A-Za-z0-9]+/g, "-") || undefined;
  } catch {
    return undefined; // ps ends with 1 when there is no such process
  }
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
