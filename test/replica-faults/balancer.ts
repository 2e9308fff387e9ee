import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";

/** A server behind the balancer, as it is now. */
export interface Backend {
  /** Undefined while it doesn't run. */
  port: number | undefined;
  /** It says that it can work. */
  ready: boolean;
}

/**
 * A plain TCP balancer: each connection goes to the ready server that has the fewest, else to one that isn't ready (as many
 * balancers do when none is), else it is reset. It looks at no byte.
 */
export class Balancer {
  private readonly server: Server;
  private readonly backends: () => readonly Backend[];
  private readonly clients = new Set<Socket>();
  private readonly load = new Map<number, number>();
  /** Connections that were passed on, that found nobody, and that a server's end broke. */
  readonly seen = { passed: 0, refused: 0, broken: 0 };

  private constructor(backends: () => readonly Backend[]) {
    this.backends = backends;
    this.server = createServer({ allowHalfOpen: true, noDelay: true }, (client) => void this.join(client));
  }

  static async open(backends: () => readonly Backend[]): Promise<Balancer> {
    const balancer = new Balancer(backends);
    await new Promise<void>((resolve) => balancer.server.listen(0, "127.0.0.1", resolve));
    return balancer;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  close(): Promise<void> {
    for (const client of this.clients) client.destroy();
    return new Promise((resolve) => this.server.close(() => resolve()));
  }

  private async join(client: Socket): Promise<void> {
    this.clients.add(client);
    client.on("error", () => {}); // "close" follows, and does the work
    client.once("close", () => this.clients.delete(client));
    for (const port of this.candidates()) {
      const server = await connected(port);
      if (!server) continue;
      if (client.destroyed) return void server.destroy();
      this.seen.passed += 1;
      return this.pass(client, server, port);
    }
    this.seen.refused += 1;
    client.resetAndDestroy();
  }

  private candidates(): number[] {
    const loadOf = ({ port }: Backend) => this.load.get(port ?? 0) ?? 0;
    return [...this.backends()]
      .sort((a, b) => Number(b.ready) - Number(a.ready) || loadOf(a) - loadOf(b))
      .flatMap(({ port }) => (port === undefined ? [] : [port]));
  }

  private pass(client: Socket, server: Socket, port: number): void {
    const count = (change: number) => this.load.set(port, (this.load.get(port) ?? 0) + change);
    count(1);
    client.pipe(server);
    server.pipe(client);
    client.once("close", () => server.destroy());
    server.once("close", (failed) => {
      count(-1);
      if (!client.readableEnded) this.seen.broken += 1;
      if (failed) client.resetAndDestroy();
      else client.destroySoon(); // what it still sent goes on first
    });
  }
}

function connected(port: number): Promise<Socket | undefined> {
  return new Promise((resolve) => {
    const server = connect({ host: "127.0.0.1", port, noDelay: true, allowHalfOpen: true });
    server.once("connect", () => resolve(server));
    server.on("error", () => resolve(undefined));
  });
}
