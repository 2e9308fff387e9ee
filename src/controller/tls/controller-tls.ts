import { createHash, X509Certificate } from "node:crypto";
import type { Logger } from "../../base/observe/logger.ts";
import type { Clock } from "../../base/time/clock.ts";
import type { CertificateSource, Identity } from "./certificate-source.ts";
import type { ClientCertificates } from "./client-certificates.ts";

/** A year before its end it is time to tell hosts of another CA. */
const CA_ENDS_SOON_MS = 365 * 86_400_000;

/** What the controller's servers show. It is looked at from time to time; who serves it is told of each change. */
export class ControllerTls {
  identity: Identity;
  /** Undefined: agents show no certificates. */
  readonly clients: ClientCertificates | undefined;
  private readonly source: CertificateSource;
  private readonly clock: Clock;
  private readonly logger: Logger;
  private readonly listeners = new Set<(identity: Identity) => void>();
  private timer: NodeJS.Timeout | undefined;

  /** Throws what is wrong with the certificates. */
  constructor(source: CertificateSource, clock: Clock, logger: Logger, clients?: ClientCertificates) {
    this.clients = clients;
    this.source = source;
    this.clock = clock;
    this.logger = logger;
    this.identity = source.current(clock.now());
    const { ca } = this.validity();
    if (ca - clock.now() < CA_ENDS_SOON_MS) logger.warn({ until: new Date(ca) }, "the certificate of the CA ends soon");
  }

  start(everyMs: number): void {
    this.timer = setInterval(() => this.look(), everyMs);
    this.timer.unref();
  }

  stop(): void {
    clearInterval(this.timer);
  }

  onChange(listener: (identity: Identity) => void): void {
    this.listeners.add(listener);
  }

  /** The SHA-256 of the CA's certificate: what an invitation pins. */
  get pin(): Buffer {
    return createHash("sha256").update(new X509Certificate(this.identity.ca).raw).digest();
  }

  /** Until when the server's and the CA's certificate are good, and that of agents' CA, in milliseconds since 1970. */
  validity(): { server: number; ca: number; clientCa?: number } {
    const to = (pem: string) => Date.parse(new X509Certificate(pem).validTo);
    const clients = this.clients ? { clientCa: this.clients.until } : {};
    return { server: to(this.identity.chain), ca: to(this.identity.ca), ...clients };
  }

  /** Takes a new identity when there is one. A broken one is told in the log, and the old one stays. */
  look(): void {
    try {
      const fresh = this.source.current(this.clock.now());
      if (fresh === this.identity) return;
      const otherCa = fresh.ca !== this.identity.ca;
      this.identity = fresh;
      for (const listener of this.listeners) listener(fresh);
      this.logger.info({ until: new Date(this.validity().server) }, "the controller shows a new certificate");
      if (otherCa) this.logger.warn("the CA is another one: hosts that trust only the old one must join again");
    } catch (error) {
      this.logger.error({ err: error }, "the new certificate can't be used; the old one stays");
    }
  }
}
