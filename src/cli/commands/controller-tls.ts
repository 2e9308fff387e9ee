import { isHostPort } from "../../base/config/host-port.ts";
import { isServerName } from "../../base/config/server-name.ts";
import type { TlsOptions } from "../../controller/tls/open-tls.ts";
import { usageError } from "../usage.ts";
import type { CommandLine } from "./command-line.ts";
import { collected } from "./invocation.ts";

type Files = Pick<TlsOptions, "tlsCert" | "tlsKey" | "tlsCa">;

interface Given extends Files {
  publicGrpc?: string;
  tlsName: string[];
  httpTls?: true;
  insecureGrpc?: true;
  sharedAgentToken: boolean;
}

/** The options about certificates, and about whom the controller takes for an agent. */
export function tlsOptions(command: CommandLine): CommandLine {
  return command
    .option("--public-grpc <host:port>", "where agents reach --grpc from elsewhere; what invitations say")
    .option(
      "--tls-name <name>",
      "one more name or address in the controller's certificate, again and again",
      collected,
      [],
    )
    .option("--tls-cert <file>", "your own certificate with its chain (PEM), instead of one of the controller's own CA")
    .option("--tls-key <file>", "its key")
    .option("--tls-ca <file>", "the certificate of its CA, when that is neither in the chain nor a public one")
    .option("--http-tls", "serve --http by HTTPS with the same certificate")
    .option("--insecure-grpc", "speak to agents without TLS; hosts can't be invited then")
    .option("--no-shared-agent-token", "take only agents that joined, none by the token in agent.token");
}

/** What they say. Throws USAGE. */
export function tlsOf(command: CommandLine): Omit<Given, "tlsName"> & { tlsNames: string[] } {
  const { tlsName: tlsNames, ...given } = command.opts<Given>();
  if ((given.tlsCert === undefined) !== (given.tlsKey === undefined)) {
    throw usageError(command.fullName, "--tls-cert and --tls-key belong together.");
  }
  if (given.tlsCa !== undefined && given.tlsCert === undefined) {
    throw usageError(command.fullName, "--tls-ca belongs to --tls-cert: the controller's own CA needs none.");
  }
  const unusable = tlsNames.find((name) => !isServerName(name.toLowerCase()));
  if (unusable !== undefined) {
    throw usageError(command.fullName, `--tls-name must be a host name or an IP address, not ${unusable}.`);
  }
  if (given.publicGrpc !== undefined && !isHostPort(given.publicGrpc)) {
    throw usageError(command.fullName, `--public-grpc must be HOST:PORT, not ${given.publicGrpc}.`);
  }
  const { publicGrpc, tlsCert, tlsKey, tlsCa, httpTls, insecureGrpc, sharedAgentToken } = given;
  const all = { publicGrpc, tlsCert, tlsKey, tlsCa, httpTls, insecureGrpc };
  const said = Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
  return { ...(said as Omit<Given, "tlsName" | "sharedAgentToken">), sharedAgentToken, tlsNames };
}
