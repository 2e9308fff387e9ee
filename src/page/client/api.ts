import { signal } from "@preact/signals";
import type { Failure } from "../../base/errors/millwright-error.ts";
import { PAGE_HEADER } from "../../protocol/page-api.ts";

/** What a request came to when it wasn't what was hoped for. */
export class RequestFailed extends Error {
  readonly failure: Failure;
  /** 0 when there was no answer at all. */
  readonly status: number;

  constructor(failure: Failure, status: number) {
    super(failure.what);
    this.failure = failure;
    this.status = status;
  }
}

/** Counts the requests that were refused for want of a login; the frame shows the sign-in then. */
export const signedOut = signal(0);

const HEADERS = { [PAGE_HEADER]: "1" };

/** A request of the API below /api/v1. Throws RequestFailed. */
export async function call<T>(method: string, path: string, body?: unknown, signal?: AbortSignal): Promise<T> {
  return ask<T>(`/api/v1${path}`, method, body, signal);
}

/** A request to any address of the controller that answers JSON. Throws RequestFailed. */
export async function ask<T>(address: string, method: string, body?: unknown, signal?: AbortSignal): Promise<T> {
  const response = await send(address, method, body, signal);
  return (await jsonOf(response).catch((cause: unknown) => {
    if (signal?.aborted) throw cause;
    throw new RequestFailed({ ...NO_ANSWER, why: "Its answer broke off, or was not its own." }, 0);
  })) as T;
}

/** A request to any address of the controller; the answer is not read yet. Throws RequestFailed. */
export async function send(address: string, method: string, body?: unknown, signal?: AbortSignal): Promise<Response> {
  const json: RequestInit =
    body === undefined
      ? { headers: HEADERS }
      : { headers: { ...HEADERS, "content-type": "application/json" }, body: JSON.stringify(body) };
  const response = await fetch(address, { method, ...json, ...(signal ? { signal } : {}) }).catch((cause: unknown) => {
    if (signal?.aborted) throw cause;
    throw new RequestFailed(NO_ANSWER, 0);
  });
  if (response.ok) return response;
  const failure = await failureIn(response);
  // A wrong password is refused with 401 too: whoever changes theirs is still signed in.
  if (failure.code === "UNAUTHENTICATED" && !address.startsWith("/page/")) signedOut.value += 1;
  throw new RequestFailed(failure, response.status);
}

/** `?a=1&b=2` of what is given; empty texts and undefined are left out. */
export function queryOf(values: Record<string, string | number | undefined>): string {
  const given = Object.entries(values).filter(([, value]) => value !== undefined && value !== "");
  const query = new URLSearchParams(given.map(([name, value]): [string, string] => [name, String(value)]));
  return given.length === 0 ? "" : `?${query}`;
}

async function jsonOf(response: Response): Promise<unknown> {
  const text = await response.text();
  return text === "" ? undefined : JSON.parse(text);
}

async function failureIn(response: Response): Promise<Failure> {
  const answer = (await jsonOf(response).catch(() => undefined)) as { error?: Failure } | undefined;
  return answer?.error ?? { ...NO_ANSWER, why: `It answered ${response.status} without a reason.` };
}

const NO_ANSWER: Failure = {
  code: "CONTROLLER_UNREACHABLE",
  blame: "controller",
  what: "The controller doesn't answer.",
  why: "It is being restarted, or the network is away.",
  next: "Wait a moment and try again. Builds go on meanwhile.",
};
