import { request as httpRequest, type IncomingMessage } from "node:http";
import { request as httpsRequest } from "node:https";
import { VERSION } from "../../protocol/version.ts";
import { jsonOf, noAnswer, textOf, throwRefusal } from "./answers.ts";
import type { ControllerAddress } from "./settings.ts";

export type Query = Record<string, string | number | undefined>;

export interface StreamOptions {
  headers?: Record<string, string>;
  signal?: AbortSignal;
  /** The answer may begin only when there is something to send. */
  quiet?: boolean;
}

const FIRST_BYTE_MS = 30_000;
const KEEP_ALIVE_MS = 10_000;
/** The routes that take `?account=`. */
const OF_AN_ACCOUNT = /^\/(?:apps|builds|audit|webhooks)$|^\/(?:profiles|environments|native-configs)(?:\/|$)/;

/**
 * The controller's HTTP API. Every method throws the controller's own failure as a MillwrightError, CONTROLLER_SILENT
 * when there is no answer, ANSWER_NOT_UNDERSTOOD when it isn't Millwright's. node:http and not fetch: bodies come several
 * times faster, and the process starts sooner.
 */
export class Api {
  readonly url: string;
  private readonly token: string | undefined;
  private readonly account: string | undefined;

  /** `account` is named where the API lets one choose. */
  constructor(address: ControllerAddress, account?: string) {
    this.url = address.url;
    this.token = address.token;
    this.account = account;
  }

  async get<T>(path: string, query: Query = {}, signal?: AbortSignal): Promise<T> {
    const response = await this.open(path, query, signal ? { signal } : {});
    return jsonOf<T>(response, this.url);
  }

  /** Sends JSON, or nothing. Answers undefined for 204. */
  async send<T>(method: "POST" | "PUT" | "PATCH" | "DELETE", path: string, body?: unknown): Promise<T> {
    const response = await this.request(method, this.address(path, {}), {}, body);
    if (response.statusCode !== 204) return jsonOf<T>(response, this.url);
    await textOf(response, this.url);
    return undefined as T;
  }

  /** Opens a body to be read as it comes. It stays open as long as the controller wants. */
  open(path: string, query: Query = {}, options: StreamOptions = {}): Promise<IncomingMessage> {
    return this.request("GET", this.address(path, query), options);
  }

  /** As `open`, for a file: the controller may send us on to where the file is, and that place is shown no token. */
  async openFile(path: string, options: StreamOptions = {}): Promise<IncomingMessage> {
    const response = await this.exchange("GET", this.address(path, {}), options);
    const { location } = response.headers;
    if (response.statusCode !== 302 || location === undefined) return this.accepted(response);
    response.resume();
    const elsewhere = new Api({ url: new URL(location).origin });
    return elsewhere.request("GET", new URL(location), options);
  }

  private address(path: string, query: Query): URL {
    const url = new URL(`${this.url}/api/v1${path}`);
    if (this.account !== undefined && OF_AN_ACCOUNT.test(path)) url.searchParams.set("account", this.account);
    for (const [name, value] of Object.entries(query)) if (value !== undefined) url.searchParams.set(name, `${value}`);
    return url;
  }

  private async request(method: string, url: URL, options: StreamOptions, body?: unknown): Promise<IncomingMessage> {
    return this.accepted(
      await this.exchange(method, url, options, body === undefined ? undefined : JSON.stringify(body)),
    );
  }

  private async accepted(response: IncomingMessage): Promise<IncomingMessage> {
    const status = response.statusCode ?? 0;
    return status >= 200 && status < 300 ? response : throwRefusal(response, this.url);
  }

  private exchange(method: string, url: URL, options: StreamOptions, body?: string): Promise<IncomingMessage> {
    const headers: Record<string, string | number> = {
      Accept: "application/json",
      "User-Agent": `millwright/${VERSION}`,
      ...(this.token === undefined ? {} : { Authorization: `Bearer ${this.token}` }),
      ...(body === undefined ? {} : { "Content-Type": "application/json", "Content-Length": Buffer.byteLength(body) }),
      ...options.headers,
    };
    const send = url.protocol === "https:" ? httpsRequest : httpRequest;
    return new Promise((resolve, reject) => {
      const sent = send(url, { method, headers, ...(options.signal ? { signal: options.signal } : {}) });
      const late = () => sent.destroy(new Error(`There was no answer within ${FIRST_BYTE_MS / 1000} s.`));
      const timer = options.quiet ? undefined : setTimeout(late, FIRST_BYTE_MS);
      sent.on("socket", (socket) => socket.setKeepAlive(true, KEEP_ALIVE_MS)); // notices a peer that vanished
      sent.on("error", (error) => {
        clearTimeout(timer);
        reject(noAnswer(this.url, error));
      });
      sent.on("response", (response) => {
        clearTimeout(timer);
        resolve(response);
      });
      sent.end(body);
    });
  }
}

/** A name or id as a part of a path. */
export function segment(name: string | number): string {
  return encodeURIComponent(name);
}
