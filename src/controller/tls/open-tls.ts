import { join } from "node:path";
import { errorOf, MillwrightError } from "../../base/errors/millwright-error.ts";
import { writeFileAtomically } from "../../base/files.ts";
import type { Logger } from "../../base/observe/logger.ts";
import { systemClock } from "../../base/time/clock.ts";
import { Authority } from "./authority.ts";
import { type CertificateSource, OperatorCertificates, OwnCertificates } from "./certificate-source.ts";
import type { ClientCertificateOptions } from "./client-certificate-options.ts";
import { openClientCertificates } from "./client-certificates.ts";
import { ControllerTls } from "./controller-tls.ts";
import { type Reached, serverNames } from "./names.ts";

/** What the operator decides about TLS. */
export interface TlsOptions extends Reached, ClientCertificateOptions {
  /** The operator's own certificate: with `tlsKey`, instead of one of the controller's CA. */
  tlsCert?: string | undefined;
  tlsKey?: string | undefined;
  tlsCa?: string | undefined;
}

export interface TlsFolders {
  /** Of this controller alone. */
  own: string;
  /** Where the CA is that all controllers on one store have in common. */
  authority: string;
}

/**
 * The certificate that the controller shows: the operator's, or one of its own CA, each in `tls/` of its folder. What isn't
 * there is made. Certificates live by the real time, whatever the clock of the rest. Throws TLS_CERTIFICATE_UNUSABLE.
 */
export function openTls(options: TlsOptions, folders: TlsFolders, logger: Logger): ControllerTls {
  const { tlsCert, tlsKey } = options;
  const own = tlsCert === undefined || tlsKey === undefined;
  try {
    const source = own
      ? ownSource(options, folders)
      : new OperatorCertificates({ certificate: tlsCert, key: tlsKey, ca: options.tlsCa });
    return new ControllerTls(source, systemClock, logger, openClients(options, folders));
  } catch (cause) {
    if (cause instanceof MillwrightError) throw cause;
    const reason = `${(cause as Error).message}.`;
    throw errorOf(
      "TLS_CERTIFICATE_UNUSABLE",
      { file: own ? join(folders.authority, "tls") : tlsCert, reason },
      { cause },
    );
  }
}

/**
 * Renews the certificate from now on, and keeps the CA's beside the agents' token, for hosts that don't join: answers its
 * file.
 */
export function beginTls(tls: ControllerTls, dataFolder: string, lookMs: number): string {
  tls.start(lookMs);
  const file = join(dataFolder, "ca.pem");
  writeFileAtomically(file, tls.identity.ca, 0o644);
  tls.onChange(({ ca }) => writeFileAtomically(file, ca, 0o644));
  return file;
}

/** Throws TLS_CERTIFICATE_UNUSABLE about the operator's CA. */
function openClients(options: TlsOptions, { authority }: TlsFolders) {
  try {
    return openClientCertificates(options, authority, systemClock.now());
  } catch (cause) {
    const file = options.grpcClientCa ?? join(authority, "tls");
    throw errorOf("TLS_CERTIFICATE_UNUSABLE", { file, reason: `${(cause as Error).message}.` }, { cause });
  }
}

function ownSource(options: TlsOptions, folders: TlsFolders): CertificateSource {
  const authority = Authority.open(join(folders.authority, "tls"), systemClock.now());
  return new OwnCertificates(authority, join(folders.own, "tls"), () => serverNames(options));
}
