import type { ComponentChildren } from "preact";
import type { Resource } from "../../client/use-resource.ts";
import { FailureBox } from "../../controls/failure-box.tsx";

interface LoadedProps<T> {
  resource: Pick<Resource<T>, "value" | "failure" | "reload">;
  children: (value: T) => ComponentChildren;
}

/** What was loaded, or why it wasn't, with a way to try again. */
export function Loaded<T>({ resource, children }: LoadedProps<T>) {
  const { value, failure, reload } = resource;
  return (
    <>
      <FailureBox failure={failure} />
      {failure && (
        <p>
          <button type="button" onClick={reload}>
            Try again
          </button>
        </p>
      )}
      {value !== undefined && children(value)}
      {value === undefined && !failure && <p class="quiet part-loading">Loading…</p>}
    </>
  );
}
