import { errorOf } from "../../base/errors/millwright-error.ts";
import { formatDuration } from "../../base/units.ts";
import type {
  EnrollmentServer,
  EnrollRequest,
  EnrollResponse,
  GetAccessTokenResponse,
} from "../../protocol/generated/millwright/agent/v1/agent.ts";
import { ASSERTION_AUDIENCE, isProven, isSignedBy, readAssertion, thumbprint } from "../../protocol/key-assertion.ts";
import { hashOfToken } from "../accounts/tokens.ts";
import { revoked } from "../agents/key-state.ts";
import type { AgentClaims } from "../secrets/tokens.ts";
import type { Services } from "../services.ts";
import type { ControllerTls } from "../tls/controller-tls.ts";
import { unary } from "./calls.ts";

/** How far the clocks of host and controller may be apart when it joins. */
const JOIN_SKEW_MS = 300_000;
const SKEW_MS = 60_000;
const MOST_ASSERTION_MS = 300_000;

/** How hosts join, and get tokens for the key that they joined with. */
export function enrollmentService(services: Services): EnrollmentServer {
  return {
    enroll: unary(services, "Enroll", (request) => enroll(services, request)),
    getAccessToken: unary(services, "GetAccessToken", ({ assertion }) => giveAccessToken(services, assertion)),
  };
}

async function enroll(services: Services, request: EnrollRequest): Promise<EnrollResponse> {
  const { clock, store, logger, timing } = services;
  const tls = requireTls(services);
  const now = clock.now();
  agreeOnTime(request.timeMs - now, JOIN_SKEW_MS);
  checkEnroll(request);
  const { agent_id: agentId, name } = await store.agentKeys.enrol({
    hash: hashOfToken(request.secret),
    name: request.agentName || request.hostname,
    thumbprint: thumbprint(request.publicKey),
    publicKey: request.publicKey.toString("base64"),
    machineId: request.machineId,
    hostname: request.hostname,
    now,
    aliveSince: now - timing.suspectMs,
  });
  logger.info({ agent: name, host: request.hostname }, "a host has joined");
  return { agentId, agentName: name, caPem: tls.identity.ca };
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

async function giveAccessToken(services: Services, assertion: string): Promise<GetAccessTokenResponse> {
  const { clock, store, signer, timing } = services;
  requireTls(services);
  const said = readAssertion(assertion);
  if (!said || said.sub !== said.iss || said.aud !== ASSERTION_AUDIENCE) {
    throw errorOf("UNAUTHENTICATED", { reason: "What it shows is no assertion for this controller." });
  }
  const key = await store.agentKeys.find(said.iss);
  if (!key || !isSignedBy(assertion, Buffer.from(key.public_key, "base64"))) {
    throw errorOf("AGENT_REFUSED", { reason: "The controller doesn't know its key." });
  }
  if (key.revoked_at !== null) throw revoked(key);
  const now = clock.now();
  const [from, to] = [said.iat * 1000, said.exp * 1000];
  agreeOnTime(from - now, from > now ? SKEW_MS : MOST_ASSERTION_MS + SKEW_MS);
  if (to - from > MOST_ASSERTION_MS || to < now - SKEW_MS) {
    throw errorOf("UNAUTHENTICATED", { reason: "The assertion has expired, or is good for too long." });
  }
  if (!(await store.agentKeys.takeAssertion(key.thumbprint, { jti: said.jti, expiresAt: to + SKEW_MS }, now))) {
    throw errorOf("UNAUTHENTICATED", { reason: "The assertion was shown before." });
  }
  const claims: AgentClaims = { use: "agent", key: key.thumbprint, exp: now + timing.accessTokenMs };
  return { accessToken: signer.sign(claims), validForMs: timing.accessTokenMs };
}

/** Without TLS an invitation or a token would be everybody's who listens. */
function requireTls({ tls }: Services): ControllerTls {
  if (!tls) throw errorOf("JOIN_NEEDS_TLS");
  return tls;
}

function agreeOnTime(aheadMs: number, mostMs: number): void {
  if (Math.abs(aheadMs) <= mostMs) return;
  const direction = aheadMs > 0 ? "ahead of" : "behind";
  throw errorOf("CLOCK_WRONG", { difference: formatDuration(Math.abs(aheadMs)), direction });
}
