import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";
import type { Files } from "./repositories.ts";
import { tinyPackage } from "./tiny-package.ts";

/** A server with the one package `tiny`, and the files of apps whose lock file names it. */
export async function npmPackageServer() {
  const { bytes, integrity } = await tinyPackage();
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
