import { createPublicKey } from "node:crypto";
import { join } from "node:path";
import { Authority } from "./authority.ts";
import type { ClientCertificateOptions } from "./client-certificate-options.ts";

/** So short that one that was forgotten somewhere is soon good for nothing. */
const LIFE_MS = 7 * 86_400_000;

/** Refusals go into the log at most this often for each agent: who is refused asks again and again. */
const TOLD_EVERY_MS = 30_000;

/** The certificates that agents show on their connections. Which of them are good, the store decides at each call. */
export class ClientCertificates {
  /** A connection that shows none is refused. */
  readonly required: boolean;
  private readonly authority: Authority;
  private readonly lifeMs: number;
  private readonly toldAt = new Map<string, number>();

  constructor(authority: Authority, required: boolean, lifeMs: number) {
    this.authority = authority;
    this.lifeMs = lifeMs;
    this.required = required;
  }

  /** The certificate (PEM) of the CA that signs them. */
  get ca(): string {
    return this.authority.pem;
  }

  /** Until when that CA is good, in milliseconds since 1970. */
  get until(): number {
    return this.authority.until;
  }

  /** Whether it is time to say again that this agent was refused. `now` is the monotonic time. */
  tells(agent: string, now: number): boolean {
    if (now - (this.toldAt.get(agent) ?? Number.NEGATIVE_INFINITY) < TOLD_EVERY_MS) return false;
    this.toldAt.set(agent, now);
    return true;
  }

  /** A certificate (PEM) of a few days for an agent's key (SubjectPublicKeyInfo, DER). */
  issue(agentId: string, publicKey: Uint8Array, now: number): string {
    const key = createPublicKey({ key: Buffer.from(publicKey), format: "der", type: "spki" });
    return this.authority.issueClient(`Millwright agent ${agentId}`, key, now, this.lifeMs);
  }
}

/** Undefined when agents show none. The controller's own CA is in `folder`. Throws when the operator's CA can't be used. */
export function openClientCertificates(
  options: ClientCertificateOptions,
  folder: string,
  now: number,
): ClientCertificates | undefined {
  const { grpcClientCerts = "off", grpcClientCa, grpcClientCaKey, clientCertificateMs = LIFE_MS } = options;
  if (grpcClientCerts === "off") return undefined;
  const own = grpcClientCa === undefined || grpcClientCaKey === undefined;
  const authority = own
    ? Authority.open(join(folder, "tls"), now)
    : Authority.read({ pem: grpcClientCa, key: grpcClientCaKey });
  return new ClientCertificates(authority, grpcClientCerts === "required", clientCertificateMs);
}
