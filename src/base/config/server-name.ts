import { isIP } from "node:net";

/** Whether a certificate can hold it: a host name in small letters, with `*.` before it or not, or an IP address. */
export function isServerName(name: string): boolean {
  if (isIP(name) !== 0) return !name.includes("%"); // a zone is known to this host only
  return /^(\*\.)?[a-z0-9_]([a-z0-9_.-]{0,252})$/.test(name);
}
