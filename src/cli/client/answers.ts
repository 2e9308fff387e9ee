import type { IncomingMessage } from "node:http";
import { errorOf, type Failure, MillwrightError } from "../../base/errors/millwright-error.ts";

const MOST_JSON_BYTES = 64 * 2 ** 20;
const REASONS: Record<string, string> = {
  ECONNREFUSED: "Nothing listens there.",
  ENOTFOUND: "There is no host of that name.",
  EAI_AGAIN: "The name of the host can't be looked up.",
  ECONNRESET: "The connection was broken off.",
  ETIMEDOUT: "The connection took too long.",
  EHOSTUNREACH: "There is no way to that host.",
};

/** CONTROLLER_SILENT for an error of the connection. */
export function noAnswer(url: string, cause: Error): MillwrightError {
  const code = (cause as NodeJS.ErrnoException).code ?? "";
  const reason = REASONS[code] ? `${REASONS[code]} (${code})` : cause.message || code || "The connection failed.";
  return errorOf("CONTROLLER_SILENT", { url, reason }, { cause });
}

/** The controller, or what it keeps everything in, is away for the moment. */
const PASSING = ["CONTROLLER_SILENT", "INTERNAL_ERROR", "STORE_UNREACHABLE", "STORE_BUSY", "BLOBS_UNREACHABLE"];

/** Whether the same request may be answered later. */
export function mayPass(error: unknown): error is MillwrightError {
  return error instanceof MillwrightError && PASSING.includes(error.code);
}

/** The body in its pieces. Throws CONTROLLER_SILENT when the connection breaks before its end. */
export async function* piecesOf(response: IncomingMessage, url: string): AsyncGenerator<Buffer> {
  try {
    for await (const piece of response) yield piece as Buffer;
  } catch (cause) {
    throw noAnswer(url, cause as Error);
  }
}

/** The whole body as text. */
export async function textOf(response: IncomingMessage, url: string): Promise<string> {
  const pieces: Buffer[] = [];
  let size = 0;
  for await (const piece of piecesOf(response, url)) {
    size += piece.length;
    if (size > MOST_JSON_BYTES) throw notUnderstood(response, url, "a body without end");
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString();
}

/** The body as JSON of the shape that the API promises. Throws ANSWER_NOT_UNDERSTOOD when it isn't a JSON object. */
export async function jsonOf<T>(response: IncomingMessage, url: string): Promise<T> {
  const text = await textOf(response, url);
  const value = parsed(text);
  if (typeof value !== "object" || value === null) throw notUnderstood(response, url, text);
  return value as T;
}

/** Throws the failure that an answer other than 2xx holds. */
export async function throwRefusal(response: IncomingMessage, url: string): Promise<never> {
  const text = await textOf(response, url);
  const failure = (parsed(text) as { error?: unknown } | undefined)?.error;
  if (isFailure(failure)) throw new MillwrightError(failure);
  const status = response.statusCode ?? 0;
  if (status >= 502 && status <= 504)
    throw errorOf("CONTROLLER_SILENT", { url, reason: `A proxy answered ${status}.` });
  throw notUnderstood(response, url, text);
}

function notUnderstood(response: IncomingMessage, url: string, text: string): MillwrightError {
  const location = response.headers.location;
  const said = location ? `a redirection to ${location}` : JSON.stringify(text.slice(0, 120));
  const type = response.headers["content-type"] ?? "no content type";
  return errorOf("ANSWER_NOT_UNDERSTOOD", { url, reason: `It answered ${response.statusCode} (${type}): ${said}` });
}

/** The value of a JSON text, or undefined when it is none. */
export function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // told apart by the caller, who knows what was expected
  }
}

function isFailure(value: unknown): value is Failure {
  const failure = value as Partial<Failure> | null | undefined;
  return [failure?.code, failure?.blame, failure?.what, failure?.why, failure?.next].every(
    (text) => typeof text === "string",
  );
}
