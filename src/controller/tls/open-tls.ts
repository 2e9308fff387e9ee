import { join } from "node:path";
import { errorOf } from "../../base/errors/millwright-error.ts";
import { writeFileAtomically } from "../../base/files.ts";
import type { Logger } from "../../base/observe/logger.ts";
import { systemClock } from "../../base/time/clock.ts";
import { Authority } from "./authority.ts";
import { type CertificateSource, OperatorCertificates, OwnCertificates } from "./certificate-source.ts";
import { ControllerTls } from "./controller-tls.ts";
import { type Reached, serverNames } from "./names.ts";

/** What the operator decides about TLS. */
export interface TlsOptions extends Reached {
  /** The operator's own certificate: with `tlsKey`, instead of one of the controller's CA. */
  tlsCert?: string | undefined;
  tlsKey?: string | undefined;
  tlsCa?: string | undefined;
}

/**
 * The certificate that the controller shows: the operator's, or one of its own CA in `tls/` of the data folder, which is
 * made at the first start. Certificates live by the real time, whatever the clock of the rest. Throws TLS_CERTIFICATE_UNUSABLE.
 */
export function openTls(options: TlsOptions, dataFolder: string, logger: Logger): ControllerTls {
  const { tlsCert, tlsKey } = options;
  const own = tlsCert === undefined || tlsKey === undefined;
  try {
    const source = own
      ? ownSource(options, join(dataFolder, "tls"))
      : new OperatorCertificates({ certificate: tlsCert, key: tlsKey, ca: options.tlsCa });
    return new ControllerTls(source, systemClock, logger);
  } catch (cause) {
    const reason = `${(cause as Error).message}.`;
    throw errorOf("TLS_CERTIFICATE_UNUSABLE", { file: own ? join(dataFolder, "tls") : tlsCert, reason }, { cause });
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

function ownSource(options: TlsOptions, folder: string): CertificateSource {
  return new OwnCertificates(Authority.open(folder, systemClock.now()), folder, () => serverNames(options));
}
