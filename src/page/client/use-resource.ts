import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import type { Failure } from "../../base/errors/millwright-error.ts";
import { call, RequestFailed } from "./api.ts";

type Change<T> = (value: T) => T;

export interface Resource<T> {
  value: T | undefined;
  failure: Failure | undefined;
  /** HTTP status of the failure. */
  status: number | undefined;
  loading: boolean;
  reload: () => void;
  /** Shows another value without asking, such as the answer of a change. */
  replace: (value: T) => void;
  /** Changes the value that is shown, and the one that is being loaded: its answer may be older than the change. */
  change: (how: Change<T>) => void;
}

/** Loads `path` of the API, and again when it changes. What was there stays shown while it loads anew. */
export function useResource<T>(path: string | undefined): Resource<T> {
  const [state, setState] = useState<Pick<Resource<T>, "value" | "failure" | "status">>(EMPTY);
  const [turn, setTurn] = useState(0);
  const [loading, setLoading] = useState(path !== undefined);
  const shown = useRef(path);
  const meanwhile = useRef<Change<T>[] | undefined>(undefined);
  useEffect(() => {
    if (path === undefined) return;
    const request = new AbortController();
    if (shown.current !== path) setState(EMPTY);
    shown.current = path;
    setLoading(true);
    const changes: Change<T>[] = [];
    meanwhile.current = changes;
    call<T>("GET", path, undefined, request.signal)
      .then((value) => setState({ ...EMPTY, value: changes.reduce((now, how) => how(now), value) }))
      .catch((error: unknown) => {
        if (request.signal.aborted) return;
        if (!(error instanceof RequestFailed)) throw error;
        setState((before) => ({ value: before.value, failure: error.failure, status: error.status }));
      })
      .finally(() => {
        if (request.signal.aborted) return;
        meanwhile.current = undefined;
        setLoading(false);
      });
    return () => request.abort();
  }, [path, turn]);
  const reload = useCallback(() => setTurn((before) => before + 1), []);
  const replace = useCallback((value: T) => setState({ ...EMPTY, value }), []);
  const change = useCallback((how: Change<T>) => {
    meanwhile.current?.push(how);
    setState((before) => (before.value === undefined ? before : { ...before, value: how(before.value) }));
  }, []);
  return { ...state, loading, reload, replace, change };
}

const EMPTY = { value: undefined, failure: undefined, status: undefined };
