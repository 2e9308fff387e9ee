import { isHostPort } from "../../base/config/host-port.ts";
import { isServerName } from "../../base/config/server-name.ts";
import type { ClientCertificateOptions, ClientCerts } from "../../controller/tls/client-certificate-options.ts";
import type { TlsOptions } from "../../controller/tls/open-tls.ts";
import { unknownWord, usageError } from "../usage.ts";
import type { CommandLine } from "./command-line.ts";
import { collected } from "./invocation.ts";

const CLIENT_CERTS: readonly ClientCerts[] = ["required", "optional", "off"];

type Files = Pick<TlsOptions, "tlsCert" | "tlsKey" | "tlsCa">;

interface Given extends Files {
  publicGrpc?: string;
  tlsName: string[];
  httpTls?: true;
  insecureGrpc?: true;
  grpcClientCerts?: ClientCertificateOptions["grpcClientCerts"];
  grpcClientCa?: string;
  grpcClientCaKey?: string;
  sharedAgentToken: boolean;
}

/** The options about certificates, and about whom the controller takes for an agent. */
export function tlsOptions(command: CommandLine): CommandLine {
  command.choices.set("--grpc-client-certs", CLIENT_CERTS);
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
    .option(
      "--grpc-client-certs <which>",
      "whether agents show client certificates, which they get by themselves: required, optional or off",
      "off",
    )
    .option("--grpc-client-ca <file>", "the certificate of your own CA that signs them, instead of the controller's")
    .option("--grpc-client-ca-key <file>", "its key")
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
  checkClientCerts(command, given);
  const unusable = tlsNames.find((name) => !isServerName(name.toLowerCase()));
  if (unusable !== undefined) {
    throw usageError(command.fullName, `--tls-name must be a host name or an IP address, not ${unusable}.`);
  }
  if (given.publicGrpc !== undefined && !isHostPort(given.publicGrpc)) {
    throw usageError(command.fullName, `--public-grpc must be HOST:PORT, not ${given.publicGrpc}.`);
  }
  const { publicGrpc, tlsCert, tlsKey, tlsCa, httpTls, insecureGrpc, sharedAgentToken } = given;
  const { grpcClientCerts, grpcClientCa, grpcClientCaKey } = given;
  const clients = { grpcClientCerts, grpcClientCa, grpcClientCaKey };
  const all = { publicGrpc, tlsCert, tlsKey, tlsCa, httpTls, insecureGrpc, ...clients };
  const said = Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
  return { ...(said as Omit<Given, "tlsName" | "sharedAgentToken">), sharedAgentToken, tlsNames };
}

function checkClientCerts(command: CommandLine, given: Omit<Given, "tlsName">): void {
  const { grpcClientCerts = "off", grpcClientCa, grpcClientCaKey, insecureGrpc } = given;
  if (!CLIENT_CERTS.includes(grpcClientCerts)) {
    throw unknownWord(command.fullName, "use of client certificates", grpcClientCerts, CLIENT_CERTS);
  }
  if ((grpcClientCa === undefined) !== (grpcClientCaKey === undefined)) {
    throw usageError(command.fullName, "--grpc-client-ca and --grpc-client-ca-key belong together.");
  }
  if (grpcClientCerts !== "off" && insecureGrpc) {
    throw usageError(command.fullName, "--grpc-client-certs needs TLS: leave out --insecure-grpc.");
  }
}
