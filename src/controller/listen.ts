import type { FastifyInstance } from "fastify";
import { errorOf } from "../base/errors/millwright-error.ts";
import { inheritedSocket } from "./inherited-socket.ts";

/** Serves at host:port, or on the socket that whoever started this process listens on; answers the URL. Throws PORT_TAKEN. */
export async function listen(server: FastifyInstance, address: string): Promise<string> {
  const fd = inheritedSocket(process.env, process.pid);
  if (fd !== undefined) return listenOn(server, fd);
  const colon = address.lastIndexOf(":");
  const host = address.slice(0, colon).replace(/^\[|\]$/g, "");
  try {
    return await server.listen({ host, port: Number(address.slice(colon + 1)) });
  } catch (cause) {
    throw errorOf("PORT_TAKEN", { address }, { cause });
  }
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
