import type { Failure } from "../../base/errors/millwright-error.ts";
import { Backoff } from "../../base/time/backoff.ts";
import { wait } from "../../base/time/wait.ts";
import { mayPass } from "./answers.ts";

export interface Patience {
  signal: AbortSignal;
  /** Gives up when the controller was silent for so long. */
  patienceMs: number;
  /** The controller is away; undefined: it is back. Called at each change. */
  onOutage: (failure: Failure | undefined) => void;
}

/** What an attempt tells while it goes on. */
export interface Contact {
  /** The controller answered. */
  answered: () => void;
  /** The attempt brought something new: the next one may follow soon. */
  advanced: () => void;
}

/**
 * Makes attempts until one says that it is done, or `signal` aborts. An attempt that ended early or met a silent
 * controller is followed by another one after a growing wait. Throws what can't pass, and CONTROLLER_SILENT after
 * `patienceMs` without an answer.
 */
export async function persist(attempt: (contact: Contact) => Promise<boolean>, patience: Patience): Promise<void> {
  const backoff = new Backoff(200, 5000);
  let silentSince: number | undefined;
  const contact: Contact = {
    answered: () => {
      if (silentSince !== undefined) patience.onOutage(undefined);
      silentSince = undefined;
    },
    advanced: () => backoff.reset(),
  };
  while (!patience.signal.aborted) {
    try {
      if (await attempt(contact)) return;
    } catch (error) {
      if (patience.signal.aborted) return;
      if (!mayPass(error)) throw error;
      if (silentSince === undefined) patience.onOutage(error.failure);
      silentSince ??= Date.now();
      if (Date.now() - silentSince >= patience.patienceMs) throw error;
    }
    await wait(backoff.next(), patience.signal);
  }
}
