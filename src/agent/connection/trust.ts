import { readFileSync } from "node:fs";
import { isIP } from "node:net";
import {
  checkServerIdentity,
  createSecureContext,
  type PeerCertificate,
  rootCertificates,
  type SecureContext,
} from "node:tls";
import { type ChannelCredentials, type ChannelOptions, credentials } from "@grpc/grpc-js";
import { splitAddress } from "../../base/config/host-port.ts";
import { errorOf } from "../../base/errors/millwright-error.ts";

/** Whom the agent believes: the holder of a certificate of this CA (PEM), or of a public one without it; or anybody. */
export type Trust = { tls: true; ca: string | undefined; shown?: ShownCertificate } | { tls: false };

/** A client certificate that the agent shows, and its key, both PEM. */
export interface ShownCertificate {
  certificate: string;
  key: string;
}

/** Sent where the controller is called by an IP address. */
const NO_NAME = "controller.millwright.invalid";

export const PLAIN: Trust = { tls: false };

/** As the configuration says. Throws CONTROLLER_NOT_TRUSTED when the CA's file is none. */
export function readTrust(controller: { address: string; tls: boolean; caFile: string }): Trust {
  const { address, tls, caFile } = controller;
  if (!tls) return PLAIN;
  if (caFile === "") return { tls, ca: undefined };
  try {
    const ca = readFileSync(caFile, "utf8");
    createSecureContext({ ca });
    if (!ca.includes("-----BEGIN CERTIFICATE-----")) throw new Error(`${caFile} holds no certificate`);
    return { tls, ca };
  } catch (cause) {
    const reason = `controller.caFile can't be read: ${(cause as Error).message}.`;
    throw errorOf("CONTROLLER_NOT_TRUSTED", { address, reason }, { cause });
  }
}

/** How a channel to `address` is secured. */
export function channelSecurity(
  address: string,
  trust: Trust,
): { credentials: ChannelCredentials; options: ChannelOptions } {
  if (!trust.tls) return { credentials: credentials.createInsecure(), options: {} };
  const ca = trust.ca === undefined ? null : Buffer.from(trust.ca);
  const { host } = splitAddress(address);
  const key = trust.shown ? Buffer.from(trust.shown.key) : null;
  const certificate = trust.shown ? Buffer.from(trust.shown.certificate) : null;
  if (isIP(host) === 0) return { credentials: credentials.createSsl(ca, key, certificate), options: {} };
  // An IP address may not be sent as the server's name (RFC 6066; Node warns of it): another is sent, and the address checked.
  const checkAddress = (_name: string, certificate: PeerCertificate) => checkServerIdentity(host, certificate);
  return {
    credentials: credentials.createSsl(ca, key, certificate, { checkServerIdentity: checkAddress }),
    options: { "grpc.ssl_target_name_override": NO_NAME },
  };
}

/** For uploads by HTTPS: the controller's CA is believed there too, besides the public ones of a proxy in front. */
export function uploadContext(trust: Trust): SecureContext | undefined {
  if (!trust.tls || trust.ca === undefined) return undefined;
  return createSecureContext({ ca: [...rootCertificates, trust.ca] });
}

/** Whether a connection failed because the other side isn't believed, or speaks no TLS: going on trying may be in vain. */
export function isMistrust(reason: string): boolean {
  return /certificate|altnames|self.signed|wrong version number|EPROTO|tlsv1 alert|ssl3_/i.test(reason);
}
