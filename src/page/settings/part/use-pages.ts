import { useEffect, useRef, useState } from "preact/hooks";
import { call } from "../../client/api.ts";
import { useAction } from "../../client/use-action.ts";
import { type Resource, useResource } from "../../client/use-resource.ts";

interface Page<T> {
  rows: T[];
  next?: number;
}

export interface Pages<T> extends Pick<Resource<unknown>, "failure" | "reload" | "status"> {
  value: T[] | undefined;
  /** Loads the next ones; missing when all are there. */
  more: (() => void) | undefined;
}

/**
 * A list that the controller tells in parts, the newest first. `address` gives the path of the part before a number;
 * `rowsOf` takes the rows out of an answer.
 */
export function usePages<A extends { next?: number }, T>(
  address: (before?: number) => string,
  rowsOf: (answer: A) => T[],
): Pages<T> {
  const first = useResource<A>(address());
  const [later, setLater] = useState<Page<T>[]>([]);
  const shown = useRef(first.value);
  shown.current = first.value;
  const next = later.length > 0 ? later.at(-1)?.next : first.value?.next;
  const loading = useAction(async () => {
    const answer = await call<A>("GET", address(next));
    // The list may have been loaded anew meanwhile, or be another one.
    if (shown.current === first.value) setLater((before) => [...before, pageOf(answer, rowsOf)]);
  });
  useEffect(() => {
    setLater([]);
    loading.forget();
  }, [first.value]);
  const { value, reload, status } = first;
  return {
    value: value && [...rowsOf(value), ...later.flatMap(({ rows }) => rows)],
    failure: first.failure ?? loading.failure,
    status,
    reload,
    more: next === undefined ? undefined : () => void loading.run(),
  };
}

function pageOf<A extends { next?: number }, T>(answer: A, rowsOf: (answer: A) => T[]): Page<T> {
  return { rows: rowsOf(answer), ...(answer.next === undefined ? {} : { next: answer.next }) };
}
