import { createHash } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";

/** Contents of a Git LFS server, and what was asked of it. */
export class LfsStore {
  private readonly contents = new Map<string, Buffer>();
  /** Names of the contents that were downloaded, in order. */
  readonly downloads: string[] = [];

  /** Takes a content; answers the pointer that stands for it in a commit. */
  put(content: string | Buffer): string {
    const bytes = Buffer.from(content);
    const oid = createHash("sha256").update(bytes).digest("hex");
    this.contents.set(oid, bytes);
    return `version https://git-lfs.github.com/spec/v1\noid sha256:${oid}\nsize ${bytes.length}\n`;
  }

  forget(): void {
    this.contents.clear();
  }

  /** Answers requests of the batch API below `…/info/lfs`, with the basic transfer; others are left to whoever is next. */
  async answer(request: IncomingMessage, response: ServerResponse): Promise<boolean> {
    const url = new URL(request.url ?? "/", `http://${request.headers.host}`);
    if (url.pathname.endsWith("/info/lfs/objects/batch")) await this.batch(request, response, url.origin);
    else if (url.pathname.startsWith("/lfs-content/"))
      this.download(url.pathname.slice("/lfs-content/".length), response);
    else return false;
    return true;
  }

  private async batch(request: IncomingMessage, response: ServerResponse, origin: string): Promise<void> {
    let text = "";
    for await (const chunk of request) text += String(chunk);
    const { operation, objects } = JSON.parse(text) as {
      operation: string;
      objects: { oid: string; size: number }[];
    };
    const answers = objects.map(({ oid, size }) => {
      const href = `${origin}/lfs-content/${oid}`;
      const header = request.headers.authorization ? { Authorization: request.headers.authorization } : {};
      const known = operation === "download" && this.contents.has(oid);
      return known
        ? { oid, size, authenticated: true, actions: { download: { href, header } } }
        : { oid, size, error: { code: 404, message: "Object does not exist" } };
    });
    response.writeHead(200, { "content-type": "application/vnd.git-lfs+json" });
    response.end(JSON.stringify({ transfer: "basic", objects: answers, hash_algo: "sha256" }));
  }

  private download(oid: string, response: ServerResponse): void {
    const content = this.contents.get(oid);
    this.downloads.push(oid);
    if (content) response.writeHead(200, { "content-length": content.length }).end(content);
    else response.writeHead(404).end();
  }
}
