import type { FastifyInstance } from "fastify";
import { errorOf } from "../base/errors/millwright-error.ts";
import { inheritedSocket } from "./inherited-socket.ts";

/** Serves at host:port, or on the socket that whoever started this process listens on; answers the URL. Throws PORT_TAKEN. */
export async function listen(server: FastifyInstance, address: string): Promise<string> {
  const fd = inheritedSocket(process.env, process.pid);
  if (fd !== undefined) return listenOn(server, fd);
  try {
    return await server.listen(splitAddress(address));
  } catch (cause) {
    throw errorOf("PORT_TAKEN", { address }, { cause });
  }
}

/** Of host:port, where an IPv6 address stands in brackets. */
export function splitAddress(address: string): { host: string; port: number } {
  const colon = address.lastIndexOf(":");
  return { host: address.slice(0, colon).replace(/^\[|\]$/g, ""), port: Number(address.slice(colon + 1)) };
}

/** A host must be named, or else fastify also listens on other addresses of localhost. */
async function listenOn(server: FastifyInstance, fd: number): Promise<string> {
  const options = { fd, host: "127.0.0.1" };
  try {
    return await server.listen(options);
  } catch (cause) {
    throw errorOf("LISTEN_SOCKET_UNUSABLE", { fd, reason: `${(cause as Error).message}.` }, { cause });
  }
}
