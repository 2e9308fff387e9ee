import { errorOf } from "../../base/errors/millwright-error.ts";
import type {
  EnrollmentServer,
  EnrollRequest,
  EnrollResponse,
  GetAccessTokenRequest,
  GetAccessTokenResponse,
  GetCertificateResponse,
  RotateCredentialRequest,
  RotateCredentialResponse,
} from "../../protocol/generated/millwright/agent/v1/agent.ts";
import { isProven, isReplacement, thumbprint } from "../../protocol/key-assertion.ts";
import { hashOfToken } from "../accounts/tokens.ts";
import type { AgentClaims } from "../secrets/tokens.ts";
import type { Services } from "../services.ts";
import type { AgentKey } from "../store/agent-key-store.ts";
import type { ControllerTls } from "../tls/controller-tls.ts";
import { unary } from "./calls.ts";
import { type Call, requireCertificate } from "./client-certificate.ts";
import { agreeOnTime, shownKey } from "./shown-key.ts";

/** How far the clocks of host and controller may be apart when it joins. */
const JOIN_SKEW_MS = 300_000;

type CallOf<Q> = Call & { request: Q };

/** How hosts join, get tokens and certificates for the key that they joined with, and replace it. */
export function enrollmentService(services: Services): EnrollmentServer {
  return {
    enroll: unary(services, "Enroll", (request) => enroll(services, request)),
    getAccessToken: unary(services, "GetAccessToken", (_request, call) => giveAccessToken(services, call)),
    getCertificate: unary(services, "GetCertificate", ({ assertion }) => giveCertificate(services, assertion)),
    rotateCredential: unary(services, "RotateCredential", (request) => announceKey(services, request)),
  };
}

async function enroll(services: Services, request: EnrollRequest): Promise<EnrollResponse> {
  const { clock, store, logger, timing } = services;
  const tls = requireTls(services);
  const now = clock.now();
  agreeOnTime(request.timeMs - now, JOIN_SKEW_MS);
  checkEnroll(request);
  const key = await store.agentKeys.enrol({
    hash: hashOfToken(request.secret),
    name: request.agentName || request.hostname,
    thumbprint: thumbprint(request.publicKey),
    publicKey: request.publicKey.toString("base64"),
    machineId: request.machineId,
    hostname: request.hostname,
    now,
    aliveSince: now - timing.suspectMs,
  });
  const { agent_id: agentId, name } = key;
  logger.info({ agent: name, host: request.hostname }, "a host has joined");
  const certificatePem = certificateFor(services, tls, key);
  const specKey = Buffer.from(services.specKeys.text, "base64");
  return { agentId, agentName: name, caPem: tls.identity.ca, certificatePem, specKey };
}

function checkEnroll(request: EnrollRequest): void {
  const { agentName, hostname, machineId, secret, publicKey, signature } = request;
  for (const text of [agentName, hostname, machineId]) {
    if (text.length > 100 || [...text].some((char) => char < " " || char === "\u007f")) {
      throw errorOf("MESSAGE_REFUSED", { reason: "A name is too long, or holds control characters." });
    }
  }
  if ((agentName || hostname) === "") {
    throw errorOf("MESSAGE_REFUSED", { reason: "The host doesn't say what it is called." });
  }
  if (!isProven(publicKey, secret, signature)) {
    throw errorOf("MESSAGE_REFUSED", { reason: "The host doesn't have the key that it sends." });
  }
}

async function giveAccessToken(
  services: Services,
  call: CallOf<GetAccessTokenRequest>,
): Promise<GetAccessTokenResponse> {
  const { clock, signer, timing } = services;
  requireTls(services);
  const key = await shownKey(services, call.request.assertion);
  requireCertificate(services, call, key);
  const now = clock.now();
  const claims: AgentClaims = { use: "agent", key: key.thumbprint, exp: now + timing.accessTokenMs };
  const rotateKey = now - (key.made_at ?? key.joined_at) > timing.agentKeyMaxAgeMs;
  return { accessToken: signer.sign(claims), validForMs: timing.accessTokenMs, rotateKey };
}

async function giveCertificate(services: Services, assertion: string): Promise<GetCertificateResponse> {
  const tls = requireTls(services);
  const key = await shownKey(services, assertion);
  return { certificatePem: certificateFor(services, tls, key) };
}

function certificateFor({ clock }: Services, { clients }: ControllerTls, key: AgentKey): string {
  return clients?.issue(key.agent_id, Buffer.from(key.public_key, "base64"), clock.now()) ?? "";
}

async function announceKey(services: Services, request: RotateCredentialRequest): Promise<RotateCredentialResponse> {
  const { store, logger } = services;
  requireTls(services);
  const { newPublicKey, signature, proof } = request;
  const key = await shownKey(services, request.assertion);
  if (key.quarantined_at !== null) {
    throw errorOf("AGENT_QUARANTINED", { name: key.name, reason: "Its key can't be replaced until one host has it." });
  }
  const own = isReplacement(Buffer.from(key.public_key, "base64"), newPublicKey, signature);
  if (!own || !isReplacement(newPublicKey, newPublicKey, proof)) {
    throw errorOf("MESSAGE_REFUSED", { reason: "The new key isn't signed by the old one and by itself." });
  }
  const next = { thumbprint: thumbprint(newPublicKey), publicKey: newPublicKey.toString("base64") };
  await store.agentKeys.announce(key, next);
  logger.info({ agent: key.name }, "an agent has announced a new key");
  return {};
}

/** Without TLS an invitation or a token would be everybody's who listens. */
function requireTls({ tls }: Services): ControllerTls {
  if (!tls) throw errorOf("JOIN_NEEDS_TLS");
  return tls;
}
