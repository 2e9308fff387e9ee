import { X509Certificate } from "node:crypto";
import { isIP } from "node:net";
import { connect, type PeerCertificate, type TLSSocket } from "node:tls";
import type { Trust } from "../../agent/connection/trust.ts";
import { splitAddress } from "../../base/config/host-port.ts";
import { failureOf } from "../../base/errors/millwright-error.ts";
import { broken, type Check, ok, skipped, wrong } from "./check.ts";

const NAMED = { id: "tls", title: "TLS" };
const PATIENCE_MS = 5_000;
const DAY_MS = 86_400_000;
const SOON_DAYS = 14;

interface Shown {
  certificate: PeerCertificate;
  /** Why it isn't believed. */
  refused: string;
}

/** Looks at the certificate that the controller shows, and at the CA that this host believes. */
export async function checkTls(address: string, trust: Trust, caFile: string): Promise<Check> {
  if (!trust.tls) {
    const found = "controller.tls is false: anybody on the way reads the token and the secrets of builds.";
    const next =
      "Start the controller without --insecure-grpc and set controller.tls to true, unless both are on this host.";
    return wrong(NAMED, "warning", found, next);
  }
  const shown = await see(address, trust.ca).catch((error: Error) => error);
  if (shown instanceof Error) return skipped(NAMED, `Not seen: ${shown.message}.`);
  const { certificate, refused } = shown;
  if (refused !== "") return broken(NAMED, failureOf("CONTROLLER_NOT_TRUSTED", { address, reason: `${refused}.` }));
  const days = Math.floor((Date.parse(certificate.valid_to) - Date.now()) / DAY_MS);
  const found = `${nameOf(certificate.subject)} by ${nameOf(certificate.issuer)}, good for ${days} days; ${believed(trust.ca, caFile)}`;
  if (days >= SOON_DAYS) return ok(NAMED, found);
  return wrong(
    NAMED,
    "warning",
    found,
    "The controller renews its own by itself: see its log. A certificate of yours: replace its files.",
  );
}

/** Connects as the agent does, but looks at the certificate also where it isn't believed. */
function see(address: string, ca: string | undefined): Promise<Shown> {
  const { host, port } = splitAddress(address);
  const name = isIP(host) === 0 ? { servername: host } : {};
  return new Promise((resolve, reject) => {
    const socket: TLSSocket = connect(
      { host, port, ...name, ALPNProtocols: ["h2"], rejectUnauthorized: false, ...(ca === undefined ? {} : { ca }) },
      () => {
        const certificate = socket.getPeerCertificate();
        const why = socket.authorizationError as Error | string | undefined;
        resolve({ certificate, refused: socket.authorized ? "" : String(why instanceof Error ? why.message : why) });
        socket.destroy();
      },
    );
    socket.setTimeout(PATIENCE_MS, () => socket.destroy(new Error(`no answer within ${PATIENCE_MS / 1000} s`)));
    socket.once("error", reject);
  });
}

function believed(ca: string | undefined, caFile: string): string {
  if (ca === undefined) return "a public CA is believed";
  const own = new X509Certificate(ca);
  return `only the CA of ${caFile} is believed (SHA-256 ${own.fingerprint256.slice(0, 23)}…, until ${new Date(own.validTo).toISOString().slice(0, 10)})`;
}

function nameOf(name: PeerCertificate["subject"]): string {
  return String(name.CN ?? name.O ?? "no name");
}
