/** Host and port of `host:port` or `[v6]:port`; the host without its brackets. */
export function splitAddress(address: string): { host: string; port: number } {
  const colon = address.lastIndexOf(":");
  return { host: address.slice(0, Math.max(0, colon)).replace(/^\[|\]$/g, ""), port: Number(address.slice(colon + 1)) };
}
