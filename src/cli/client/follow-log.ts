import type { BuildDetails } from "../../protocol/api.ts";
import { piecesOf } from "./answers.ts";
import { type Api, segment } from "./api.ts";
import { type Contact, type Patience, persist } from "./persist.ts";
import { hasEnded } from "./watch-build.ts";

const EMPTY_ANSWERS = 3;

/** The log of one build, read from a byte offset over as many connections as it takes: no gap, no byte twice. */
export class LogReader {
  /** The bytes that were handed on: where the next connection goes on. */
  offset: number;
  private readonly api: Api;
  private readonly id: number;
  private readonly onBytes: (bytes: Buffer) => void;
  private connection = new AbortController();

  constructor(api: Api, id: number, onBytes: (bytes: Buffer) => void, offset = 0) {
    this.api = api;
    this.id = id;
    this.onBytes = onBytes;
    this.offset = offset;
  }

  /** Hands on the log as it grows until the build has ended and all was read. Resolves with the ended build. */
  async follow(patience: Patience): Promise<BuildDetails | undefined> {
    let end: BuildDetails | undefined;
    let empty = 0;
    await persist(async (contact) => {
      const before = this.offset;
      if (!(await this.readOnce({ follow: 1 }, contact, patience.signal))) return false;
      // A controller that stops also ends its answers: only the build's own state tells that this was the end.
      const build = await this.api.get<BuildDetails>(`/builds/${segment(this.id)}`, {}, patience.signal);
      empty = this.offset === before ? empty + 1 : 0;
      if (!hasEnded(build) || (this.offset < build.logLength && empty < EMPTY_ANSWERS)) return false;
      end = build;
      return true;
    }, patience);
    return end;
  }

  /** Hands on the log as far as it is there now. */
  async readNow(patience: Patience): Promise<void> {
    await persist((contact) => this.readOnce({}, contact, patience.signal), patience);
  }

  /** Leaves a connection that may be dead; `follow` opens another one. */
  reconnect(): void {
    this.connection.abort();
  }

  /** True when the answer came to its end, false when the connection was left. */
  private async readOnce(query: { follow?: 1 }, contact: Contact, signal: AbortSignal): Promise<boolean> {
    const connection = new AbortController();
    this.connection = connection;
    const both = AbortSignal.any([connection.signal, signal]);
    try {
      const path = `/builds/${segment(this.id)}/log`;
      const response = await this.api.open(
        path,
        { from: this.offset, ...query },
        { signal: both, quiet: query.follow === 1 },
      );
      contact.answered();
      for await (const bytes of piecesOf(response, this.api.url)) {
        if (both.aborted) return false;
        this.offset += bytes.length;
        this.onBytes(bytes);
        contact.advanced();
      }
      return true;
    } catch (error) {
      if (connection.signal.aborted) return false;
      throw error;
    }
  }
}
