import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

/** A command of the shell that restarts the agent; empty: nobody does. */
export type Restart = string;

const PATIENCE_MS = 180_000;

/** The command for the service that linux/install.sh or macos/install.sh made; undefined when neither did. */
export function restartOfService(uid = process.getuid?.() ?? 0): Restart | undefined {
  if (existsSync("/etc/systemd/system/millwright-agent.service")) return "systemctl restart millwright-agent";
  const label = "dev.millwright.agent";
  if (existsSync(`/Library/LaunchDaemons/${label}.plist`)) return `launchctl kickstart -k system/${label}`;
  const own = join(homedir(), `Library/LaunchAgents/${label}.plist`);
  return existsSync(own) ? `launchctl kickstart -k gui/${uid}/${label}` : undefined;
}

/** Runs the command; rejects with what it said when it fails or takes longer than three minutes. */
export function restartAgent(command: Restart): Promise<void> {
  if (command === "") return Promise.resolve();
  return new Promise((resolve, reject) => {
    execFile("/bin/sh", ["-c", command], { timeout: PATIENCE_MS }, (error, stdout, stderr) => {
      if (error === null) return resolve();
      const said = `${stdout}${stderr}`.trim().split("\n").slice(-3).join(" ");
      const how = error.killed ? `took longer than ${PATIENCE_MS / 1000} seconds` : `ended with ${error.code}`;
      reject(new Error(`${command} ${how}${said === "" ? "." : `: ${said}`}`));
    });
  });
}
