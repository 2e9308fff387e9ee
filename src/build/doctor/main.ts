import { text } from "node:stream/consumers";
import { toFailure } from "../../base/errors/millwright-error.ts";
import type { TrialAnswer, TrialOrder } from "../../protocol/apple-host/signing-trial.ts";
import { trySigning } from "./signing-trial.ts";

// The process of `millwright doctor` that signs on trial. Whatever asks it to stop, it first takes back what it did.
const stop = new AbortController();
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
  process.on(signal, () => stop.abort(new Error("The trial was stopped.")));
}

const order = JSON.parse(await text(process.stdin)) as TrialOrder;
process.stdout.write(`${JSON.stringify(await answerOf(order))}\n`);

async function answerOf(wanted: TrialOrder): Promise<TrialAnswer> {
  try {
    await trySigning(wanted, stop.signal);
    return { signed: true };
  } catch (error) {
    return { signed: false, failure: toFailure(error) };
  }
}
