import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";

export type Direction = "up" | "down";

/** What a proxy does to every connection, old and new, while it is so. */
export interface Weather {
  /** New connections are reset. */
  refuse: boolean;
  /** New connections are taken and nothing is ever said on them. */
  mute: boolean;
  /** Bytes in that direction vanish; nobody is told. */
  swallow: Direction | "both" | undefined;
  delayMs: number;
  /** 0 is without limit. */
  bytesPerSecond: number;
}

const CLEAR: Weather = { refuse: false, mute: false, swallow: undefined, delayMs: 0, bytesPerSecond: 0 };

/** Something that happens once, to whatever connection carries the chunk that is counted to. */
export interface Strike {
  direction: Direction;
  /** How many chunks pass before. */
  after: number;
  /** `lose`: cut before the chunk goes on; `cut`: cut behind it; `flip`: change one byte of it. */
  act: "lose" | "cut" | "flip";
}

/**
 * A TCP proxy between a client and a server that can break what passes through it. Listens on a free port of 127.0.0.1;
 * `target` is asked anew for each connection, so that the server may move.
 */
export class FaultProxy {
  private readonly server: Server;
  private readonly links = new Set<Link>();
  private readonly target: () => number;
  private strikes: Strike[] = [];
  weather: Weather = { ...CLEAR };
  /** Connections that were made, and bytes that were changed. */
  readonly seen = { connections: 0, flips: 0, cuts: 0 };

  private constructor(target: () => number) {
    this.target = target;
    this.server = createServer({ allowHalfOpen: true, noDelay: true }, (client) => this.join(client));
  }

  static async open(target: () => number): Promise<FaultProxy> {
    const proxy = new FaultProxy(target);
    await new Promise<void>((resolve) => proxy.server.listen(0, "127.0.0.1", resolve));
    return proxy;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  get open(): number {
    return this.links.size;
  }

  /** Changes the weather. What a connection has lost stays lost: it stays dead when it clears up, as on a real link. */
  set(change: Partial<Weather>): void {
    this.weather = { ...this.weather, ...change };
    if (this.weather.swallow) for (const link of this.links) link.deaden(this.weather.swallow);
  }

  clear(): void {
    this.weather = { ...CLEAR };
    this.strikes = [];
  }

  strike(strike: Strike): void {
    this.strikes.push({ ...strike });
  }

  /** Resets every connection. */
  cut(): void {
    for (const link of [...this.links]) link.reset();
    this.seen.cuts += 1;
  }

  close(): Promise<void> {
    this.cut();
    return new Promise((resolve) => this.server.close(() => resolve()));
  }

  private join(client: Socket): void {
    this.seen.connections += 1;
    if (this.weather.refuse) {
      client.resetAndDestroy();
      return;
    }
    const link = new Link(client, this.weather.mute ? undefined : this.target(), this);
    this.links.add(link);
    if (this.weather.swallow) link.deaden(this.weather.swallow);
    client.once("close", () => this.links.delete(link));
  }

  /** The strike that this chunk is counted to, if any. */
  struck(direction: Direction): Strike | undefined {
    for (const strike of this.strikes.filter((each) => each.direction === direction)) {
      strike.after -= 1;
      if (strike.after >= 0) continue;
      this.strikes.splice(this.strikes.indexOf(strike), 1);
      if (strike.act === "flip") this.seen.flips += 1;
      else this.seen.cuts += 1;
      return strike;
    }
    return undefined;
  }
}

class Link {
  private readonly client: Socket;
  private readonly server: Socket | undefined;
  private readonly proxy: FaultProxy;
  private readonly dead = { up: false, down: false };

  constructor(client: Socket, port: number | undefined, proxy: FaultProxy) {
    this.client = client;
    this.proxy = proxy;
    client.on("error", () => {}); // "close" follows, and does the work
    if (port === undefined) {
      client.resume();
      return;
    }
    const server = connect({ host: "127.0.0.1", port, noDelay: true, allowHalfOpen: true });
    this.server = server;
    server.on("error", () => {}); // the same
    void this.pass(client, server, "up");
    void this.pass(server, client, "down");
    client.once("close", () => server.destroy());
    server.once("close", () => this.dead.down || client.destroy());
  }

  deaden(direction: Direction | "both"): void {
    if (direction !== "down") this.dead.up = true;
    if (direction !== "up") this.dead.down = true;
  }

  reset(): void {
    this.client.resetAndDestroy();
    this.server?.resetAndDestroy();
  }

  private async pass(from: Socket, to: Socket, direction: Direction): Promise<void> {
    try {
      for await (const chunk of from as AsyncIterable<Buffer>) await this.forward(chunk, to, direction);
      if (!this.dead[direction]) to.end();
    } catch {
      // One end was reset: both are closed by then.
    }
  }

  private async forward(chunk: Buffer, to: Socket, direction: Direction): Promise<void> {
    const { delayMs, bytesPerSecond } = this.proxy.weather;
    const slow = bytesPerSecond > 0 ? (chunk.length / bytesPerSecond) * 1000 : 0;
    if (delayMs + slow > 0) await new Promise((resolve) => setTimeout(resolve, delayMs + slow));
    if (this.dead[direction]) return;
    const strike = this.proxy.struck(direction);
    if (strike?.act === "lose") return this.reset();
    if (strike?.act === "flip") chunk[Math.floor(chunk.length / 2)] = ~(chunk[Math.floor(chunk.length / 2)] as number);
    if (!to.write(chunk)) await untilDrained(to);
    if (strike?.act === "cut") this.reset();
  }
}

/** Also when the socket is closed. */
function untilDrained(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      socket.off("drain", done).off("close", done);
      resolve();
    };
    socket.on("drain", done).on("close", done);
  });
}
