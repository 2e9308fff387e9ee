import { createHash, timingSafeEqual, X509Certificate } from "node:crypto";
import { isIP } from "node:net";
import { connect, type DetailedPeerCertificate } from "node:tls";
import { splitAddress } from "../../base/config/host-port.ts";
import { errorOf } from "../../base/errors/millwright-error.ts";

const PATIENCE_MS = 15_000;

/**
 * The certificate (PEM) of the CA that signed what answers at `address`, when its SHA-256 is the pinned one. Nothing is sent
 * but the greeting of TLS. Throws CONTROLLER_UNREACHABLE, CONTROLLER_CA_WRONG.
 */
export async function fetchCa(address: string, pin: Buffer): Promise<string> {
  const chain = await shownChain(address);
  const pinned = chain.find(({ raw }) => timingSafeEqual(createHash("sha256").update(raw).digest(), pin));
  if (pinned) return new X509Certificate(pinned.raw).toString();
  const last = chain.at(-1);
  const shown = last ? createHash("sha256").update(last.raw).digest("hex") : "none";
  const reason = `The invitation pins a CA with the SHA-256 ${pin.toString("hex")}, it shows ${shown}.`;
  throw errorOf("CONTROLLER_CA_WRONG", { address, reason });
}

/** The certificates that are shown there, the server's first. They aren't believed yet. */
function shownChain(address: string): Promise<DetailedPeerCertificate[]> {
  const { host, port } = splitAddress(address);
  const unreachable = (reason: string) => errorOf("CONTROLLER_UNREACHABLE", { address, reason });
  const server = isIP(host) ? {} : { servername: host };
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, ...server, rejectUnauthorized: false, ALPNProtocols: ["h2"] });
    socket.setTimeout(PATIENCE_MS, () => {
      reject(unreachable(`There was no answer within ${PATIENCE_MS / 1000} s.`));
      socket.destroy();
    });
    socket.once("error", (error) => reject(unreachable(`${error.message}.`)));
    socket.once("close", () => reject(unreachable("It closed the connection.")));
    socket.once("secureConnect", () => {
      resolve(chainOf(socket.getPeerCertificate(true)));
      socket.destroy();
    });
  });
}

function chainOf(first: DetailedPeerCertificate): DetailedPeerCertificate[] {
  const chain: DetailedPeerCertificate[] = [];
  for (let next: DetailedPeerCertificate | undefined = first; next?.raw; next = next.issuerCertificate) {
    if (chain.some(({ fingerprint256 }) => fingerprint256 === next?.fingerprint256)) break; // signed by itself
    chain.push(next);
  }
  return chain;
}
