import { hash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { create } from "tar";
import { onTestFinished } from "vitest";
import type { Files } from "./repositories.ts";
import { temporaryFolder } from "./temporary-folder.ts";

/** A server with the one package `tiny`, and the files of apps whose lock file names it. */
export async function npmPackageServer() {
  const folder = temporaryFolder();
  mkdirSync(join(folder, "package"));
  writeFileSync(join(folder, "package", "package.json"), '{"name":"tiny","version":"1.0.0","main":"index.js"}');
  writeFileSync(join(folder, "package", "index.js"), 'module.exports = "tiny";\n');
  await create({ cwd: folder, file: join(folder, "tiny.tgz"), gzip: true }, ["package"]);
  const bytes = readFileSync(join(folder, "tiny.tgz"));
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? "");
    response.end(bytes);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/tiny.tgz`;
  const integrity = `sha512-${hash("sha512", bytes, "base64")}`;
  return { asked, appFiles: (scripts: Record<string, string> = {}) => appFiles(address, integrity, scripts) };
}

function appFiles(resolved: string, integrity: string, scripts: Record<string, string>): Files {
  const dependencies = { tiny: "1.0.0" };
  const lock = {
    name: "web-app",
    version: "1.0.0",
    lockfileVersion: 3,
    packages: {
      "": { name: "web-app", version: "1.0.0", dependencies },
      "node_modules/tiny": { version: "1.0.0", resolved, integrity },
    },
  };
  return {
    "package.json": JSON.stringify({ name: "web-app", version: "1.0.0", dependencies, scripts }),
    "package-lock.json": JSON.stringify(lock),
    "www/index.html": "<h1>Hello</h1>",
  };
}
