import { RequestFailed, send } from "./api.ts";

const FIRST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 10_000;

export interface StreamWishes {
  /** The address, asked anew before each connection. */
  address: () => string;
  /** Who takes the bytes; asked anew for each connection, so that half a line of one isn't put before the next. */
  taker: () => (bytes: Uint8Array) => void;
  /** Whether the stream is done when it ends, or to be opened again. */
  endsByItself: () => boolean;
  /** A connection stands, or it broke and is tried again. */
  onConnected?: (connected: boolean) => void;
  onFailed?: (failure: RequestFailed) => void;
}

/**
 * Keeps a stream of the controller open: opened again after it broke, closed while the tab is hidden, since a browser
 * allows only six connections to a host. Answers what ends it. A refusal (4xx) ends it too.
 */
export function openStream(wishes: StreamWishes): () => void {
  let current: AbortController | undefined;
  let stopped = false;
  let wait = FIRST_WAIT_MS;
  let timer: number | undefined;

  const connect = async () => {
    if (stopped || document.hidden || current) return;
    const connection = new AbortController();
    current = connection;
    const ended = await readAll(wishes, connection, () => {
      wait = FIRST_WAIT_MS;
    });
    if (current === connection) current = undefined;
    if (stopped) return;
    wishes.onConnected?.(false);
    if (ended === "refused" || (ended === "ended" && wishes.endsByItself())) stopped = true;
    if (stopped || document.hidden || connection.signal.aborted) return;
    connection.abort(); // what broke on our side would stay open
    timer = window.setTimeout(connect, wait);
    wait = Math.min(wait * 2, LONGEST_WAIT_MS);
  };
  const onVisibility = () => {
    window.clearTimeout(timer);
    if (document.hidden) {
      current?.abort();
      current = undefined;
    } else void connect();
  };
  document.addEventListener("visibilitychange", onVisibility);
  void connect();
  return () => {
    stopped = true;
    window.clearTimeout(timer);
    document.removeEventListener("visibilitychange", onVisibility);
    current?.abort();
  };
}

async function readAll(wishes: StreamWishes, connection: AbortController, onPiece: () => void) {
  try {
    const response = await send(wishes.address(), "GET", undefined, connection.signal);
    wishes.onConnected?.(true);
    const take = wishes.taker();
    const reader = response.body?.getReader();
    for (;;) {
      const piece = await reader?.read();
      if (!piece || piece.done) return "ended";
      onPiece();
      take(piece.value);
    }
  } catch (error) {
    if (error instanceof RequestFailed && error.status >= 400 && error.status < 500) {
      wishes.onFailed?.(error);
      return "refused";
    }
    return "broken";
  }
}

/** Makes values of lines of JSON that come in pieces; empty lines are signs of life. */
export function jsonLines<T>(onValue: (value: T) => void): (bytes: Uint8Array) => void {
  const decoder = new TextDecoder();
  let rest = "";
  return (bytes) => {
    const lines = (rest + decoder.decode(bytes, { stream: true })).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) if (line.trim() !== "") onValue(JSON.parse(line) as T);
  };
}
