import { createServer } from "node:net";
import { splitAddress } from "../../base/config/host-port.ts";
import { failureOf } from "../../base/errors/millwright-error.ts";
import { type Check, ok, wrong } from "./check.ts";

const NAMED = { id: "health-port", title: "Health port" };
const PATIENCE_MS = 3_000;

/** Whether the agent can serve its health there, or one does. */
export async function checkHealthPort(address: string): Promise<Check> {
  const { host, port } = splitAddress(address);
  if (port === 0) return ok(NAMED, `${address}: any free one`);
  const fault = await listenFault(host, port);
  if (fault === undefined) return ok(NAMED, `${address} is free`);
  if (fault === "EADDRINUSE" && (await isAgent(host, port))) return ok(NAMED, `${address}, where an agent answers`);
  const { what, why } = failureOf("PORT_TAKEN", { address });
  const found = fault === "EADDRINUSE" ? `${what} ${why}` : `The agent can't listen on ${address}: ${fault}.`;
  const next = `Set http.address of the configuration to another port, or see who has it: ss -ltnp 'sport = :${port}' (on a Mac: lsof -i :${port})`;
  return { ...wrong(NAMED, "failed", found, next), ...(fault === "EADDRINUSE" ? { code: "PORT_TAKEN" } : {}) };
}

function listenFault(host: string, port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve(undefined)));
  });
}

async function isAgent(host: string, port: number): Promise<boolean> {
  const name = host.includes(":") ? `[${host}]` : host === "0.0.0.0" ? "127.0.0.1" : host;
  try {
    const answer = await fetch(`http://${name}:${port}/metrics`, { signal: AbortSignal.timeout(PATIENCE_MS) });
    return (await answer.text()).includes("millwright_agent_info");
  } catch {
    return false; // whatever listens there, it isn't an agent that answers
  }
}
