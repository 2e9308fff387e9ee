import { X509Certificate } from "node:crypto";
import type { Metadata, ServerUnaryCall } from "@grpc/grpc-js";
import { errorOf } from "../../base/errors/millwright-error.ts";
import { thumbprint } from "../../protocol/key-assertion.ts";
import type { Services } from "../services.ts";
import type { AgentKey } from "../store/agent-key-store.ts";

/** What is known of a call: what it carries, and the connection that it came by. */
export interface Call extends Pick<ServerUnaryCall<unknown, unknown>, "getAuthContext" | "getPeer"> {
  metadata: Metadata;
}

/**
 * Lets a call through whose connection shows the certificate of this agent's key, or needs none. A token that was stolen is
 * good for nothing without the key. Throws CLIENT_CERTIFICATE_REFUSED.
 */
export function requireCertificate(services: Services, call: Call, key: AgentKey | undefined): void {
  const clients = services.tls?.clients;
  if (!clients) return;
  // TLS has checked who signed it, that it is for clients, and that the other side has its key.
  const shown = call.getAuthContext()?.sslPeerCertificate;
  if (!shown && !clients.required) return;
  const reason = shown ? whyNot(shown.raw, key, services.clock.now()) : whyNoneCounts(key);
  if (reason === undefined) return;
  const agent = key?.name ?? "";
  if (clients.tells(agent, services.clock.monotonic())) {
    const peer = call.getPeer();
    services.logger.warn({ agent, peer, reason }, "a connection was refused for want of a client certificate");
  }
  throw errorOf("CLIENT_CERTIFICATE_REFUSED", { reason });
}

function whyNot(raw: Buffer, key: AgentKey | undefined, now: number): string | undefined {
  const certificate = new X509Certificate(raw);
  if (!key) return "It shows the certificate of a host that joined, and the token of one that didn't.";
  const shown = thumbprint(certificate.publicKey.export({ type: "spki", format: "der" }));
  if (shown !== key.thumbprint) return `Its certificate is not that of the key that ${key.name} has now.`;
  const until = Date.parse(certificate.validTo);
  return until > now ? undefined : `Its certificate ran out at ${new Date(until).toISOString()}.`;
}

function whyNoneCounts(key: AgentKey | undefined): string {
  if (!key) return "Agents must show certificates here, and one with the shared token has none: let the host join.";
  return `${key.name} shows none, or one that has run out or that another CA signed.`;
}
