import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type IncomingMessage } from "node:http";
import { type AddressInfo, connect, createServer as createTcpServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { EgressProxy } from "../../../../src/build/egress/proxy.ts";

async function proxyFor(hosts: string[], environment: Record<string, string> = {}) {
  const folder = mkdtempSync(join(tmpdir(), "egress-"));
  const proxy = new EgressProxy(hosts, environment);
  const socket = join(folder, "s");
  await proxy.listen(socket);
  onTestFinished(async () => {
    await proxy.close();
    rmSync(folder, { recursive: true, force: true });
  });
  return { proxy, ask: (text: string) => exchange(socket, text) };
}

/** Sends these bytes and answers all that comes until the other side ends; ends its own side after the first answer. */
function exchange(socketPath: string, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(socketPath);
    const parts: Buffer[] = [];
    socket.setTimeout(8_000, () => socket.destroy(new Error(`no end: ${Buffer.concat(parts)}`)));
    socket.on("data", (bytes) => {
      parts.push(bytes);
      socket.end();
    });
    socket.on("error", reject);
    socket.on("close", () => resolve(Buffer.concat(parts).toString()));
    socket.write(text);
  });
}

async function webServer(): Promise<{
  port: number;
  seen: { url: string; headers: IncomingMessage["headers"]; body: string }[];
}> {
  const seen: { url: string; headers: IncomingMessage["headers"]; body: string }[] = [];
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (bytes) => {
      body += String(bytes);
    });
    request.on("end", () => {
      seen.push({ url: request.url ?? "", headers: request.headers, body });
      response.end("the page");
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { port: (server.address() as AddressInfo).port, seen };
}

test("a request to a listed server is handed on as a message of the proxy's own", async () => {
  const { port, seen } = await webServer();
  const { ask, proxy } = await proxyFor([`127.0.0.1:${port}`]);
  const secret = "Proxy-Authorization: Basic eDp5\r\nX-Hop: 1\r\nConnection: close, x-hop\r\nX-Kept: 2\r\n";
  const answer = await ask(`GET http://127.0.0.1:${port}/a?b HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n${secret}\r\n`);
  expect(answer).toMatch(/^HTTP\/1\.1 200 [\s\S]*the page/);
  expect(seen[0]?.url).toBe("/a?b");
  expect(seen[0]?.headers).toMatchObject({ host: `127.0.0.1:${port}`, "x-kept": "2" });
  expect(Object.keys(seen[0]?.headers ?? {})).not.toContain("x-hop");
  expect(Object.keys(seen[0]?.headers ?? {})).not.toContain("proxy-authorization");
  expect(proxy.refusals.take()).toEqual([]);
});

test("a body in chunks arrives framed, also with GET", async () => {
  const { port, seen } = await webServer();
  const { ask } = await proxyFor([`127.0.0.1:${port}`]);
  const chunks = "5\r\nhello\r\n0\r\n\r\n";
  await ask(
    `GET http://127.0.0.1:${port}/ HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nTransfer-Encoding: chunked\r\n\r\n${chunks}`,
  );
  expect(seen.map(({ body }) => body)).toEqual(["hello"]);
});

test("a tunnel to a listed server carries all bytes, and both ends of it", async () => {
  const echo = createTcpServer({ allowHalfOpen: true }, (socket) => {
    let all = "";
    socket.on("data", (bytes) => {
      all += String(bytes);
    });
    socket.on("end", () => socket.end(`${all.length} bytes, ${"x".repeat(300_000)}`));
  });
  await new Promise<void>((resolve) => echo.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void echo.close());
  const { port } = echo.address() as AddressInfo;
  const { ask } = await proxyFor([`127.0.0.1:${port}`]);
  const answer = await ask(`CONNECT 127.0.0.1:${port} HTTP/1.1\r\nHost: x\r\n\r\nearly`);
  expect(answer).toMatch(/^HTTP\/1\.1 200 /);
  expect(answer).toContain("5 bytes, ");
  expect(answer.length).toBeGreaterThan(300_000);
});

test("what isn't listed is refused and counted, once for each server", async () => {
  const { port, seen } = await webServer();
  const { ask, proxy } = await proxyFor(["registry.example.org"]);
  for (let each = 0; each < 3; each += 1) {
    expect(await ask("CONNECT Evil.example:443 HTTP/1.1\r\nHost: registry.example.org:443\r\n\r\n")).toMatch(
      /^HTTP\/1\.1 403 /,
    );
  }
  expect(await ask(`GET http://127.0.0.1:${port}/ HTTP/1.1\r\nHost: registry.example.org\r\n\r\n`)).toMatch(
    /^HTTP\/1\.1 403 /,
  );
  expect(seen).toEqual([]);
  expect(proxy.refusals.targets).toEqual(["evil.example:443", `127.0.0.1:${port}`]);
  expect(proxy.refusals.take()).toEqual([
    "! refused: evil.example:443, not in isolation.hosts (3 times)",
    `! refused: 127.0.0.1:${port}, not in isolation.hosts`,
  ]);
  expect(proxy.refusals.take()).toEqual([]);
});

test("a listed name that leads to this host goes nowhere, unless its address is listed too", async () => {
  const { port, seen } = await webServer();
  const request = `GET http://localhost:${port}/ HTTP/1.1\r\nHost: localhost:${port}\r\n\r\n`;
  const { ask, proxy } = await proxyFor([`localhost:${port}`]);
  expect(await ask(request)).toMatch(/^HTTP\/1\.1 403 /);
  expect(await ask(`CONNECT localhost:${port} HTTP/1.1\r\n\r\n`)).toMatch(/^HTTP\/1\.1 (400|403) /);
  expect(seen).toEqual([]);
  expect(proxy.refusals.take()[0]).toMatch(
    /^! refused: localhost:\d+, its address .*127\.0\.0\.1.* belongs to no public network/,
  );
  const { ask: listed } = await proxyFor([`localhost:${port}`, `127.0.0.1:${port}`]);
  expect(await listed(request)).toMatch(/^HTTP\/1\.1 200 /);
});

test("a message that two programs could read in two ways reaches nobody", async () => {
  const { port, seen } = await webServer();
  const { ask } = await proxyFor([`127.0.0.1:${port}`]);
  const to = `http://127.0.0.1:${port}/`;
  const host = `Host: 127.0.0.1:${port}\r\n`;
  const smuggled = `GET http://127.0.0.1:${port}/smuggled HTTP/1.1\r\n${host}\r\n`;
  const bad = [
    `GET ${to} HTTP/1.1\r\nHost: other.example\r\n\r\n`,
    `GET ${to} HTTP/1.1\r\n${host}${host}\r\n`,
    `POST ${to} HTTP/1.1\r\n${host}Content-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${smuggled}`,
    `POST ${to} HTTP/1.1\r\n${host}Content-Length: 4\r\nContent-Length: 6\r\n\r\nabcd${smuggled}`,
    `POST ${to} HTTP/1.1\r\n${host}Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n${smuggled}`,
    `POST ${to} HTTP/1.1\r\n${host}Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n${smuggled}`,
    `GET / HTTP/1.1\r\n${host}\r\n`,
    `GET http://user@127.0.0.1:${port}/ HTTP/1.1\r\n${host}\r\n`,
    `GET https://127.0.0.1:${port}/ HTTP/1.1\r\n${host}\r\n`,
    `CONNECT http://127.0.0.1:${port} HTTP/1.1\r\n${host}\r\n`,
  ];
  for (const each of bad) expect(await ask(each), each).toMatch(/^HTTP\/1\.1 4\d\d /);
  expect(seen).toEqual([]);
});

test("each request of a kept connection is asked for itself", async () => {
  const { port, seen } = await webServer();
  const { ask } = await proxyFor([`127.0.0.1:${port}`]);
  const request = (authority: string) => `GET http://${authority}/ HTTP/1.1\r\nHost: ${authority}\r\n\r\n`;
  const answer = await ask(request(`127.0.0.1:${port}`) + request("10.0.0.1"));
  expect(answer).toMatch(/^HTTP\/1\.1 200 [\s\S]*HTTP\/1\.1 403 /);
  expect(seen).toHaveLength(1);
});

test("where the host has a proxy of its own, listed names go through that one", async () => {
  const asked: string[] = [];
  const upstream = createServer((request, response) => {
    asked.push(`${request.method} ${request.url} ${request.headers["proxy-authorization"]}`);
    response.end("by the upstream");
  });
  upstream.on("connect", (request, socket) => {
    asked.push(`CONNECT ${request.url} ${request.headers["proxy-authorization"]}`);
    socket.write("HTTP/1.1 200 OK\r\n\r\n");
    socket.end("tunneled");
  });
  await new Promise<void>((resolve) => upstream.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    upstream.closeAllConnections();
    upstream.close();
  });
  const address = `http://me:pass@127.0.0.1:${(upstream.address() as AddressInfo).port}`;
  const { ask } = await proxyFor(["registry.example.org"], { HTTP_PROXY: address, HTTPS_PROXY: address });
  const page = "GET http://registry.example.org/x HTTP/1.1\r\nHost: registry.example.org\r\n\r\n";
  expect(await ask(page)).toContain("by the upstream");
  expect(await ask("CONNECT registry.example.org:443 HTTP/1.1\r\nHost: registry.example.org\r\n\r\n")).toContain(
    "tunneled",
  );
  expect(await ask("CONNECT evil.example:443 HTTP/1.1\r\nHost: evil.example\r\n\r\n")).toMatch(/^HTTP\/1\.1 403 /);
  const login = `Basic ${Buffer.from("me:pass").toString("base64")}`;
  expect(asked).toEqual([`GET http://registry.example.org/x ${login}`, `CONNECT registry.example.org:443 ${login}`]);
});
