import { X509Certificate } from "node:crypto";
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { type AddressInfo, isIP } from "node:net";
import { join } from "node:path";
import { connect, createServer } from "node:tls";
import { expect, onTestFinished, test } from "vitest";
import { createLogger } from "../../../../src/base/observe/logger.ts";
import { Authority } from "../../../../src/controller/tls/authority.ts";
import { OperatorCertificates, OwnCertificates } from "../../../../src/controller/tls/certificate-source.ts";
import { ControllerTls } from "../../../../src/controller/tls/controller-tls.ts";
import { grpcAddressForAgents, serverNames } from "../../../../src/controller/tls/names.ts";
import { temporaryFolder } from "../../../support/controller.ts";

const DAY_MS = 86_400_000;
const NAMES = ["127.0.0.1", "2001:db8::7f00:1", "::1", "build.example.com", "localhost"];
const SILENT = createLogger("test", "silent");

function ownIn(folder: string, names: () => string[] = () => NAMES) {
  return new OwnCertificates(Authority.open(folder, Date.now()), folder, names);
}

/** What a client that trusts only `ca` finds at a server with this identity. */
async function handshake(identity: { chain: string; key: string }, ca: string, servername = "localhost") {
  const server = createServer({ cert: identity.chain, key: identity.key }, (socket) => socket.end());
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  return new Promise<string>((resolve) => {
    const socket = connect({ host: "127.0.0.1", port, ca, servername }, () => {
      resolve("trusted");
      socket.destroy();
    });
    socket.on("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
  });
}

test("a new authority is good for ten years, its key is the owner's only, and it is opened again as it was", () => {
  const folder = join(temporaryFolder(), "tls");
  const { pem } = Authority.open(folder, Date.now());
  expect(statSync(join(folder, "ca.key")).mode & 0o777).toBe(0o600);
  expect(statSync(folder).mode & 0o777).toBe(0o700);
  const certificate = new X509Certificate(pem);
  expect(certificate.ca).toBe(true);
  expect(certificate.verify(certificate.publicKey)).toBe(true);
  expect(certificate.publicKey.asymmetricKeyDetails?.namedCurve).toBe("prime256v1");
  expect((Date.parse(certificate.validTo) - Date.now()) / DAY_MS).toBeGreaterThan(3650);
  expect(Authority.open(folder, Date.now()).pem).toBe(pem);
});

test("a key that belongs to another authority is refused, and nothing is made anew in silence", () => {
  const [one, other] = [join(temporaryFolder(), "tls"), join(temporaryFolder(), "tls")];
  for (const folder of [one, other]) Authority.open(folder, Date.now());
  writeFileSync(join(one, "ca.key"), readFileSync(join(other, "ca.key")));
  expect(() => Authority.open(one, Date.now())).toThrow(/is not the key of/);
});

test("a client that trusts the authority trusts the server under its names and addresses, and under no other", async () => {
  const identity = ownIn(join(temporaryFolder(), "tls")).current(Date.now());
  const certificate = new X509Certificate(identity.chain);
  for (const name of NAMES) {
    expect(isIP(name) ? certificate.checkIP(name) : certificate.checkHost(name), name).toBeDefined();
  }
  expect(await handshake(identity, identity.ca)).toBe("trusted");
  expect(await handshake(identity, identity.ca, "build.example.com")).toBe("trusted");
  expect(await handshake(identity, identity.ca, "elsewhere.example.com")).toBe("ERR_TLS_CERT_ALTNAME_INVALID");
  const stranger = ownIn(join(temporaryFolder(), "tls")).current(Date.now());
  expect(await handshake(identity, stranger.ca)).not.toBe("trusted");
});

test("the certificate is renewed at two thirds of its life and when the names change, and not before", () => {
  let names = NAMES;
  const folder = join(temporaryFolder(), "tls");
  let now = Date.now();
  const clock = { now: () => now, monotonic: () => now };
  const tls = new ControllerTls(
    ownIn(folder, () => names),
    clock,
    SILENT,
  );
  const shown: string[] = [];
  tls.onChange(({ chain }) => shown.push(chain));
  const first = tls.identity.chain;
  now += 59 * DAY_MS;
  tls.look();
  expect(shown).toEqual([]);
  expect(ownIn(folder, () => names).current(now).chain).toBe(first); // after a restart too
  now += 2 * DAY_MS;
  tls.look();
  expect(shown).toHaveLength(1);
  expect(tls.validity().server - now).toBeGreaterThan(89 * DAY_MS);
  names = [...NAMES, "mill.example.com"];
  tls.look();
  expect(shown).toHaveLength(2);
  expect(new X509Certificate(tls.identity.chain).checkHost("mill.example.com")).toBe("mill.example.com");
  expect(new X509Certificate(first).issuer).toBe(new X509Certificate(tls.identity.chain).issuer);
});

test("the operator's certificate is read again when its files change; a broken one leaves the old one", () => {
  const folder = temporaryFolder();
  const files = { certificate: join(folder, "own.pem"), key: join(folder, "own.key") };
  const authority = Authority.open(join(folder, "corporate"), Date.now());
  const put = (days: number) => {
    const { certificate, key } = authority.issue(["mill.example.com"], Date.now(), days * DAY_MS);
    writeFileSync(files.certificate, certificate + authority.pem);
    writeFileSync(files.key, key);
  };
  put(10);
  const tls = new ControllerTls(new OperatorCertificates(files), { now: Date.now, monotonic: Date.now }, SILENT);
  expect(tls.identity.ca.trim()).toBe(authority.pem.trim());
  const first = tls.identity;
  writeFileSync(files.key, "half a key");
  tls.look();
  expect(tls.identity).toBe(first);
  put(20);
  tls.look();
  expect((tls.validity().server - Date.now()) / DAY_MS).toBeGreaterThan(19);
});

test("an operator's certificate of a CA that nobody knows must name it", () => {
  const folder = temporaryFolder();
  const authority = Authority.open(join(folder, "corporate"), Date.now());
  const { certificate, key } = authority.issue(["mill.example.com"], Date.now(), DAY_MS);
  const files = { certificate: join(folder, "own.pem"), key: join(folder, "own.key") };
  writeFileSync(files.certificate, certificate);
  writeFileSync(files.key, key);
  expect(() => new OperatorCertificates(files).current()).toThrow(/--tls-ca FILE/);
  const named = new OperatorCertificates({ ...files, ca: join(folder, "corporate/ca.pem") });
  expect(named.current().ca).toBe(authority.pem);
});

test("the names are those that are listened on and told, and agents are sent to one that leads there", () => {
  const reached = {
    http: "0.0.0.0:8080",
    grpc: "10.0.0.7:8081",
    publicUrl: "https://mill.example.com/",
    tlsNames: ["Mac.local"],
  };
  const names = serverNames(reached);
  for (const name of ["10.0.0.7", "127.0.0.1", "localhost", "mac.local", "mill.example.com"])
    expect(names).toContain(name);
  expect(names).not.toContain("0.0.0.0");
  expect(grpcAddressForAgents(reached, "10.0.0.7:8081")).toBe("10.0.0.7:8081");
  expect(grpcAddressForAgents(reached, "0.0.0.0:8081")).toBe("mill.example.com:8081");
  expect(grpcAddressForAgents({ ...reached, publicGrpc: "agents.example.com:443" }, "0.0.0.0:1")).toBe(
    "agents.example.com:443",
  );
});
