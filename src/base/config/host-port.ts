/** Host and port of `host:port` or `[v6]:port`; the host without its brackets. */
export function splitAddress(address: string): { host: string; port: number } {
  const colon = address.lastIndexOf(":");
  return { host: address.slice(0, Math.max(0, colon)).replace(/^\[|\]$/g, ""), port: Number(address.slice(colon + 1)) };
}

/** Whether it is `host:port` or `[v6]:port`, with a port that there can be. */
export function isHostPort(address: string): boolean {
  const port = /^(?:\[[0-9a-fA-F:]+\]|[^\s:]+):(\d{1,5})$/.exec(address)?.[1];
  return port !== undefined && Number(port) <= 65_535;
}
