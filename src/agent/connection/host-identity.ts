import type { KeyObject } from "node:crypto";
import { type ServiceError, status } from "@grpc/grpc-js";
import type { Logger } from "../../base/observe/logger.ts";
import { formatDuration } from "../../base/units.ts";
import { writeAssertion } from "../../protocol/key-assertion.ts";
import { certificateOf, keepCertificate, keptCertificate, type OwnCertificate } from "./certificate-file.ts";
import type { Connection } from "./connection.ts";
import { call } from "./controller-client.ts";
import { type AgentCredentials, OwnKey } from "./credentials.ts";
import { reasonOf, refusalOf } from "./refusals.ts";
import { rotateKey } from "./rotate-key.ts";

/** A certificate is renewed when so much of its life is over. */
const RENEWED_AT = 2 / 3;
const LONGEST_WAIT_MS = 3_600_000;
const AFTER_FAILURE_MS = 30_000;
const SHORTEST_WAIT_MS = 1_000;
/** So near its end the renewal has failed for days. */
const LEAST_VALID_MS = 86_400_000;

/** What this host shows of itself: its client certificate, renewed before it ends, and its key, replaced when it is old. */
export class HostIdentity {
  private readonly connection: Connection;
  private readonly controller: { address: string; keyFile: string };
  private readonly own: OwnKey;
  private readonly logger: Logger;
  private current: OwnCertificate | undefined;
  private renewAt = 0;
  private askedAt = Number.NEGATIVE_INFINITY;
  private timer: NodeJS.Timeout | undefined;
  private asking = false;
  private rotating = false;
  /** Not again before then, on the monotonic clock. */
  private rotateFrom = 0;
  private closed = false;

  constructor(own: OwnKey, connection: Connection, controller: { address: string; keyFile: string }, logger: Logger) {
    this.own = own;
    this.connection = connection;
    this.controller = controller;
    this.logger = logger;
    const kept = keptCertificate(controller.keyFile, own.held.key);
    if (kept) this.take(kept, kept.from);
    connection.onCertificateRefused = () => this.askSoon();
    own.onOld = () => void this.rotate();
    void this.ask();
  }

  /** Until when the certificate is good, in milliseconds since 1970; undefined when the controller wants none. */
  get until(): number | undefined {
    return this.current?.to;
  }

  /** What is wrong with it; undefined when nothing is. */
  trouble(now: number): string | undefined {
    const leftMs = (this.until ?? Number.POSITIVE_INFINITY) - now;
    if (leftMs > LEAST_VALID_MS) return undefined;
    return leftMs <= 0
      ? "the client certificate has run out"
      : `the client certificate runs out in ${formatDuration(leftMs)}`;
  }

  close(): void {
    this.closed = true;
    clearTimeout(this.timer);
  }

  /** What is shown isn't taken. Many calls say so at once. */
  private askSoon(): void {
    this.renewAt = 0;
    if (this.asking) return;
    const sinceMs = performance.now() - this.askedAt;
    this.wait(Math.max(0, SHORTEST_WAIT_MS - sinceMs));
  }

  private wait(ms: number): void {
    if (this.closed) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.ask(), Math.min(ms, LONGEST_WAIT_MS));
    this.timer.unref();
  }

  /** Asks for a certificate of the key as it is now. */
  private async ask(): Promise<void> {
    if (this.asking || this.closed) return;
    if (this.isFresh()) {
      this.wait(this.renewAt - Date.now());
      return;
    }
    this.asking = true;
    this.askedAt = performance.now();
    const { key } = this.own.held;
    try {
      await this.askNow(key);
    } catch (error) {
      this.afterFailure(error, key);
    } finally {
      this.asking = false;
    }
  }

  private async askNow(key: KeyObject): Promise<void> {
    const { enrollment } = this.connection.client;
    const request = { assertion: writeAssertion(key, Date.now()) };
    const { certificatePem } = await call(enrollment.getCertificate.bind(enrollment), request, "");
    const fresh = certificateOf(certificatePem, key);
    if (!fresh) {
      this.wait(LONGEST_WAIT_MS); // the controller wants none
      return;
    }
    keepCertificate(this.controller.keyFile, fresh.pem);
    this.take(fresh, Date.now());
    this.logger.info({ until: new Date(fresh.to) }, "a client certificate was given out");
    this.wait(this.renewAt - Date.now());
  }

  /** The one of now goes on as long as it is good. */
  private afterFailure(error: unknown, key: KeyObject): void {
    const isOlder = (error as ServiceError).code === status.UNIMPLEMENTED; // a release that knows no certificates
    const followed = refusalOf(error)?.code === "AGENT_KEY_REPLACED" && this.own.held.follow(key);
    if (!followed && !isOlder) this.logger.warn({ reason: reasonOf(error) }, "no client certificate could be had");
    this.wait(isOlder ? LONGEST_WAIT_MS : followed ? SHORTEST_WAIT_MS : AFTER_FAILURE_MS);
  }

  private isFresh(): boolean {
    const { current } = this;
    const { key } = this.own.held;
    return current !== undefined && Date.now() < this.renewAt && certificateOf(current.pem, key) !== undefined;
  }

  /** `from`: when it was given out. */
  private take(certificate: OwnCertificate, from: number): void {
    this.current = certificate;
    this.renewAt = from + (certificate.to - from) * RENEWED_AT;
    const key = this.own.held.key.export({ type: "pkcs8", format: "pem" }).toString();
    this.connection.show({ certificate: certificate.pem, key });
  }

  /** The controller says that the key is old. Where its folder can't be written, somebody must do it by hand. */
  private async rotate(): Promise<void> {
    if (this.rotating || performance.now() < this.rotateFrom) return;
    this.rotating = true;
    try {
      const { key } = this.own.held;
      const { after } = await rotateKey(this.controller, this.connection.client);
      this.own.held.follow(key);
      this.logger.info({ key: after.slice(0, 12) }, "the key of this agent was old and has been replaced");
      this.askSoon();
    } catch (error) {
      this.rotateFrom = performance.now() + LONGEST_WAIT_MS;
      this.logger.warn({ reason: reasonOf(error) }, "the agent's key is old; say: millwright agent rotate-key");
    } finally {
      this.rotating = false;
    }
  }
}

/** That of a host that joined; undefined for one with the shared token. */
export function identityOf(
  credentials: AgentCredentials,
  connection: Connection,
  controller: { address: string; keyFile: string },
  logger: Logger,
): HostIdentity | undefined {
  return credentials instanceof OwnKey ? new HostIdentity(credentials, connection, controller, logger) : undefined;
}
