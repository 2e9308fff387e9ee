import { BlockList, isIP } from "node:net";
import type { Logger } from "../../base/observe/logger.ts";
import type { Services } from "../services.ts";

/** Says in the log what goes through the network unprotected. */
export function warnOfPlainWays({ tls, publicUrl }: Services, logger: Logger): void {
  if (!tls) logger.warn("agents are spoken to without TLS: who listens sees the secrets of builds");
  const { protocol, hostname } = new URL(publicUrl());
  if (protocol === "https:" || isLoopback(hostname)) return;
  logger.warn({ url: publicUrl() }, "people's tokens and the files of builds go through the network by plain HTTP");
}

function isLoopback(host: string): boolean {
  const address = host.replace(/^\[|\]$/g, "");
  const own = new BlockList();
  own.addSubnet("127.0.0.0", 8);
  own.addAddress("::1", "ipv6");
  if (isIP(address) === 0) return address === "localhost";
  return own.check(address, isIP(address) === 6 ? "ipv6" : "ipv4");
}
