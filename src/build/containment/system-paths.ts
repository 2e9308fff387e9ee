import { readdirSync } from "node:fs";
import { join } from "node:path";

/** Programs and libraries. On merged systems all but /usr and /opt are links into /usr. */
export const PROGRAM_FOLDERS = ["/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32", "/opt", "/nix/store"];

/** What of the kernel's state runtimes read: how many processors and how much memory they may use. */
export const KERNEL_FOLDERS = ["/sys/devices/system/cpu", "/sys/fs/cgroup"];

/**
 * Of /etc what programs need to find names, certificates, fonts, time and libraries. All else stays out of sight, such as
 * the agent's own configuration, shadow, ssl/private, ssh.
 */
const OF_ETC = [
  /^(passwd|group|nsswitch\.conf|hosts|host\.conf|hostname|resolv\.conf|gai\.conf|services|protocols|mime\.types)$/,
  /^(os-release|lsb-release|debian_version|redhat-release|machine-id|localtime|timezone|locale\.(alias|conf|gen))$/,
  /^(ld\.so\.(cache|conf|conf\.d)|alternatives|fonts|terminfo|inputrc|magic|java.*|maven|gradle|gitattributes)$/,
  /^(ca-certificates|ca-certificates\.conf|pki|crypto-policies)$/,
];
const OF_SSL = ["certs", "openssl.cnf", "cert.pem", "java"];

/** Paths below /etc that every sandbox shows. */
export function etcPaths(): string[] {
  const shown = namesIn("/etc").filter((name) => OF_ETC.some((form) => form.test(name)));
  const ssl = namesIn("/etc/ssl").filter((name) => OF_SSL.includes(name));
  return [...shown.map((name) => join("/etc", name)), ...ssl.map((name) => join("/etc/ssl", name))];
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return []; // not every system has it
  }
}
