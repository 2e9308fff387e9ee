import { createServer, request as httpRequest, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";

export interface HttpProxy {
  url: string;
  /** What went through, such as `PUT /bucket/key?x`. */
  seen: string[];
}

/** Passes requests on as they are, but breaks the connection in the middle of those that `breaks` names. */
export async function breakingProxy(target: string, breaks: (request: IncomingMessage) => boolean): Promise<HttpProxy> {
  const seen: string[] = [];
  const server = createServer((request, response) => {
    seen.push(`${request.method} ${request.url}`);
    if (breaks(request)) {
      request.once("data", () => request.socket.destroy());
      return;
    }
    const { method, headers } = request;
    const onward = httpRequest(new URL(request.url ?? "", target), { method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.pipe(response);
    });
    onward.on("error", () => response.destroy());
    request.pipe(onward);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, seen };
}
