import { useState } from "preact/hooks";
import type { Failure } from "../../base/errors/millwright-error.ts";
import { RequestFailed } from "./api.ts";

export interface Action<A extends unknown[]> {
  run: (...given: A) => Promise<boolean>;
  running: boolean;
  failure: Failure | undefined;
  forget: () => void;
}

/** Something that a person sets off: one at a time, its failure kept to be shown. `run` answers whether it succeeded. */
export function useAction<A extends unknown[]>(act: (...given: A) => Promise<unknown>): Action<A> {
  const [running, setRunning] = useState(false);
  const [failure, setFailure] = useState<Failure | undefined>();
  const run = async (...given: A) => {
    if (running) return false;
    setRunning(true);
    setFailure(undefined);
    try {
      await act(...given);
      return true;
    } catch (error) {
      if (!(error instanceof RequestFailed)) throw error;
      setFailure(error.failure);
      return false;
    } finally {
      setRunning(false);
    }
  };
  return { run, running, failure, forget: () => setFailure(undefined) };
}
