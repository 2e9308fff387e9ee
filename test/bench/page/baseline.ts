import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** Serves a log as other pages show it: all of it at once, scrolled to its end. The last line is an element of its own. */
export async function servePlainLog(text: string, lastLine: string): Promise<{ url: string; close: () => void }> {
  const escaped = text.replace(/&/g, "&amp;").replace(/</g, "&lt;");
  const html = `<!doctype html><meta charset="utf-8"><pre>${escaped.slice(0, escaped.lastIndexOf(lastLine))}</pre><pre>${lastLine}</pre><script>scrollTo(0, document.body.scrollHeight)</script>`;
  const server = createServer((_, response) => {
    response.setHeader("content-type", "text/html; charset=utf-8");
    response.end(html);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
